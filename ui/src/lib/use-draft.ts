/**
 * Text that the user is typing and has not saved. It survives a reload and a trip to the login page: it is kept per tab
 * (sessionStorage), under the user's id, so that no other user finds it.
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

type Draft = {
  /** What the field shows: the draft, or else what is saved. */
  text: string;
  dirty: boolean;
  change: (text: string) => void;
  /** Call it once the text is saved, or given up. */
  discard: () => void;
};

export function useDraft(name: string, saved: string): Draft {
  // The key is fixed at the first render: when the session expires while the user types, the text still belongs
  // to the user who began it.
  const [key] = useState(() => storageKey(name));
  const [draft, setDraft] = useState(() => window.sessionStorage.getItem(key));

  const change = useCallback(
    (text: string) => {
      setDraft(text);
      window.sessionStorage.setItem(key, text);
    },
    [key],
  );
  const discard = useCallback(() => {
    setDraft(null);
    window.sessionStorage.removeItem(key);
  }, [key]);
  return { text: draft ?? saved, dirty: draft !== null && draft !== saved, change, discard };
}

export function clearDrafts(): void {
  const { sessionStorage } = window;
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  }
}
