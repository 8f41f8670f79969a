/**
 * Messages that the assistant is not known to have, kept until it has them or the person discards them: over a reload, a
 * closed tab and the session's end. In localStorage, which is written before the field is emptied, with a record for each
 * message, so that two tabs do not overwrite each other's. They are never sent by themselves: by then they may be hours old.
 */
export type Unsent = { id: string; message: string; at: string /** ISO 8601. */ };

const PREFIX = "todo.unsent.";
const keyOf = (owner: string, id: string) => `${PREFIX}${owner}.${id}`;

export function keepUnsent(owner: string, message: Unsent): void {
  try {
    window.localStorage.setItem(keyOf(owner, message.id), JSON.stringify(message));
  } catch {
    // Full. The conversation on the page still shows it.
  }
}

export function forgetUnsent(owner: string, id: string): void {
  window.localStorage.removeItem(keyOf(owner, id));
}

/** The oldest first. */
export function readUnsent(owner: string): Unsent[] {
  const prefix = keyOf(owner, "");
  return Object.keys(window.localStorage)
    .filter((name) => name.startsWith(prefix))
    .map((name) => JSON.parse(window.localStorage.getItem(name) ?? "null") as Unsent | null)
    .filter((message) => message !== null)
    .sort((a, b) => a.at.localeCompare(b.at));
}
