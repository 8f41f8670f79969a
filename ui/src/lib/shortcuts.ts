/**
 * Keyboard shortcuts for the whole page. Single characters are off during typing, while a dialog is open, and if the user
 * has switched them off, because speech input types them by accident. Undo works in a field that has nothing to undo.
 */
import { useEffect, useRef } from "react";
import { hasOwnUndo, rememberEmptying } from "./browser-undo";
import { characterKeys } from "./character-keys";

/** Keys as KeyboardEvent.key has them; "mod+" is Ctrl, or Cmd on a Mac. A capital letter stands for Shift. */
export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]";

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(TYPING) !== null;
}

/**
 * The meaning of a key. A layout without Latin letters has no "n", so the position of the key counts there. Caps Lock
 * is ignored.
 */
export function meaningOf({ key, code, shiftKey }: KeyboardEvent): string {
  const physical = /^[\x20-\x7e]/.test(key) ? undefined : /^Key([A-Z])$/.exec(code)?.[1];
  const name = physical ?? key;
  if (!/^[a-z]$/i.test(name)) return name;
  return shiftKey ? name.toUpperCase() : name.toLowerCase();
}

const UNDO: readonly (string | undefined)[] = ["mod+z", "mod+Z", "mod+y"];

function isMeant(event: KeyboardEvent): boolean {
  if (event.altKey || event.defaultPrevented) return false;
  const { target } = event;
  if (isTyping(target) && (!UNDO.includes(pressed(event)) || hasOwnUndo(target))) return false;
  return !document.querySelector("dialog:modal");
}

/** The name of the pressed shortcut. Undefined for a single character while those are off. */
function pressed(event: KeyboardEvent): string | undefined {
  const key = meaningOf(event);
  if (event.ctrlKey || event.metaKey) return `mod+${key}`;
  return key.length > 1 || characterKeys.read() ? key : undefined;
}

export function useShortcuts(shortcuts: Shortcuts): void {
  // The handlers change with every render, the listener doesn't have to.
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const name = isMeant(event) ? pressed(event) : undefined;
      const run = name && latest.current[name];
      if (!run) return;
      event.preventDefault();
      run(event);
    };
    const forgetEmptying = rememberEmptying();
    window.addEventListener("keydown", onKeyDown);
    return () => {
      forgetEmptying();
      window.removeEventListener("keydown", onKeyDown);
    };
  }, []);
}
