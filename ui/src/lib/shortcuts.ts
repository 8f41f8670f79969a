/**
 * Keyboard shortcuts for the whole page. Single letters are off while the user types or a dialog is open.
 */
import { useEffect, useRef } from "react";

/** Keys as KeyboardEvent.key has them; "mod+" is Ctrl, or Cmd on a Mac. */
export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(TYPING) !== null;
}

export function useShortcuts(shortcuts: Shortcuts): void {
  // The handlers change with every render; the listener needn't.
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      if (document.querySelector("dialog:modal")) return;
      const modified = event.ctrlKey || event.metaKey;
      const run = latest.current[modified ? `mod+${event.key}` : event.key];
      if (!run) return;
      event.preventDefault();
      run(event);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
