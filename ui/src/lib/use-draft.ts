/**
 * Text that the user is typing and has not submitted. It survives a reload and a visit to the login page. It is kept per tab
 * (sessionStorage) under the user's id, so that no other user finds it. It remembers the text that it started from.
 */
import { useCallback, useState } from "react";
import { readSession } from "@/lib/session";

const PREFIX = "todo.draft.";

function storageKey(name: string): string {
  return `${PREFIX}${readSession()?.user.id ?? "anonymous"}.${name}`;
}

export function hasDraft(name: string): boolean {
  return window.sessionStorage.getItem(storageKey(name)) !== null;
}

/** What was saved when the user began to type, and its version. */
export type DraftBase = { text: string; version: number };
type Stored = { text: string; base: DraftBase };

type Draft = {
  /** What the field shows: the draft, otherwise the saved text. */
  text: string;
  dirty: boolean;
  base: DraftBase;
  change: (text: string) => void;
  /** Call it once the text is submitted and stays in the field. Later changes are based on it. */
  submitted: (text: string) => void;
  /** Call it once the text is submitted or discarded. */
  discard: () => void;
};

export function useDraft(name: string, saved: string, version = 0): Draft {
  // The key is fixed at the first render: when the session expires while the user types, the text still belongs
  // to the user who began it.
  const [key] = useState(() => storageKey(name));
  const [draft, setDraft] = useState<Stored | null>(() => parse(window.sessionStorage.getItem(key)));
  const base = draft?.base ?? { text: saved, version };

  const store = (next: Stored) => {
    setDraft(next);
    window.sessionStorage.setItem(key, JSON.stringify(next));
  };
  const discard = useCallback(() => {
    setDraft(null);
    window.sessionStorage.removeItem(key);
  }, [key]);
  return {
    text: draft?.text ?? saved,
    dirty: draft !== null && draft.text !== draft.base.text,
    base,
    change: (text) => store({ text, base }),
    submitted: (text) => draft && store({ text: draft.text, base: { ...base, text } }),
    discard,
  };
}

function parse(value: string | null): Stored | null {
  if (!value) return null;
  try {
    const stored = JSON.parse(value) as Stored;
    return typeof stored.text === "string" && stored.base ? stored : null;
  } catch {
    return null;
  }
}

export function clearDrafts(): void {
  const { sessionStorage } = window;
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  }
}
