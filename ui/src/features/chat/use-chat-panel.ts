/**
 * Whether the panel is open. A wide screen remembers it. On a small one the panel covers the page, so it starts closed.
 */
import { useRef, useState } from "react";
import { useShortcuts } from "@/lib/shortcuts";

const KEY = "todo.assistant";
const OPEN = "open";

export type ChatPanelState = {
  open: boolean;
  /** On screen, not behind another panel. */
  visible: boolean;
  /** Just opened by the user, who wants to type. */
  asked: boolean;
  ask: () => void;
  close: () => void;
};

/** The message field. At most one is on the page. */
export const COMPOSER_ID = "assistant-message";

/**
 * For when the focused element is removed. Not on a phone, where the keyboard would cover the conversation and no focus
 * is visible.
 */
export function focusComposer(): void {
  if (window.matchMedia("(pointer: fine)").matches) document.getElementById(COMPOSER_ID)?.focus();
}

/** `hidden`: another panel is in front. `onAsk` brings this one to the front. */
export function useChatPanel(wide: boolean, hidden: boolean, onAsk: () => void): ChatPanelState {
  const [open, setOpen] = useState(() => wide && window.localStorage.getItem(KEY) === OPEN);
  const [asked, setAsked] = useState(false);
  const cameFrom = useRef<Element | null>(null);

  const ask = () => {
    if (!open) cameFrom.current = document.activeElement;
    setOpen(true);
    setAsked(true);
    onAsk();
    window.localStorage.setItem(KEY, OPEN);
    focusComposer();
  };
  const close = () => {
    setOpen(false);
    setAsked(false);
    window.localStorage.removeItem(KEY);
    if (cameFrom.current instanceof HTMLElement) cameFrom.current.focus();
  };
  useShortcuts({ a: ask });
  return { open, visible: open && !hidden, asked, ask, close };
}
