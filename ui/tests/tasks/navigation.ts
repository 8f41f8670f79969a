/**
 * Stands for next/navigation in tests of the whole page: follows the address bar, as Next.js does.
 */
import { useSyncExternalStore } from "react";

const CHANGED = "test:address";

for (const name of ["pushState", "replaceState"] as const) {
  const original = window.history[name].bind(window.history);
  window.history[name] = (...args) => {
    original(...args);
    window.dispatchEvent(new Event(CHANGED));
  };
}

function subscribe(listener: () => void): () => void {
  const events = [CHANGED, "popstate"];
  for (const event of events) window.addEventListener(event, listener);
  return () => {
    for (const event of events) window.removeEventListener(event, listener);
  };
}

export function useSearchParams(): URLSearchParams {
  return new URLSearchParams(useSyncExternalStore(subscribe, () => window.location.search));
}

export const usePathname = (): string => "/";
