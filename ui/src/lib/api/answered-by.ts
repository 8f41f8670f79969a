/**
 * Remembers which pods answered last, for the footer: from `X-Pod` (the API) and `X-Frontend-Pod` (this server).
 */
import { createStore } from "@/lib/store";

type AnsweredBy = { api: string | null; ui: string | null };

const store = createStore<AnsweredBy>({ api: null, ui: null });

export function noteAnswer(headers: Headers): void {
  const { api, ui } = store.read();
  const next = { api: headers.get("x-pod") ?? api, ui: headers.get("x-frontend-pod") ?? ui };
  if (next.api !== api || next.ui !== ui) store.write(next);
}

export const useAnsweredBy = store.use;
