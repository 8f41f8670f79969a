/**
 * Remembers which pods answered last, for the footer: the API's from `X-Pod`, this server's from
 * `X-Frontend-Pod`.
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
