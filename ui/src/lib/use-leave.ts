/**
 * Escape and Back remove a field, and a closed tab ends its page, without a blur event. What was typed is saved then too.
 */
import { useEffect, useLayoutEffect, useRef } from "react";

/** `removed`: the field is gone, but the page stays. */
export function useLeave(save: (removed: boolean) => void): void {
  const latest = useRef(save);
  useEffect(() => {
    latest.current = save;
  });
  // A layout effect, because its cleanup still finds the field in the document.
  useLayoutEffect(() => {
    const leave = () => latest.current(false);
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      latest.current(true);
    };
  }, []);
}
