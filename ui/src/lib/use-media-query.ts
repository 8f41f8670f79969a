import { useCallback, useSyncExternalStore } from "react";

/** Enough for the navigation, the list and one panel side by side. */
export const WIDE = "(min-width: 64rem)";
/** Enough for two panels. */
export const ROOMY = "(min-width: 100rem)";

/** Whether a CSS media query matches; false on the server. */
export function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(query).matches,
    () => false,
  );
}
