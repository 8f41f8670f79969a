/**
 * Remembers which pods answered last, for the footer: the API's from `X-Pod`, this server's from
 * `X-Frontend-Pod`.
 */
import { useSyncExternalStore } from "react";

type AnsweredBy = { api: string | null; ui: string | null };

const nobody: AnsweredBy = { api: null, ui: null };
let current = nobody;
const listeners = new Set<() => void>();

export function noteAnswer(headers: Headers): void {
  const next = { api: headers.get("x-pod") ?? current.api, ui: headers.get("x-frontend-pod") ?? current.ui };
  if (next.api === current.api && next.ui === current.ui) return;
  current = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useAnsweredBy(): AnsweredBy {
  return useSyncExternalStore(
    subscribe,
    () => current,
    () => nobody,
  );
}
