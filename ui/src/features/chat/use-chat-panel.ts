/**
 * Whether the panel is open. A wide screen remembers it; on a small one the panel covers the page, so it begins closed.
 */
import { useRef, useState } from "react";
import { useShortcuts } from "@/lib/shortcuts";

const KEY = "todo.assistant";
const OPEN = "open";

export type ChatPanelState = {
  open: boolean;
  /** On screen, not behind another panel. */
  visible: boolean;
  /** Opened just now by the user, who wants to type; not merely found open. */
  asked: boolean;
  ask: () => void;
  close: () => void;
};

/** The element that gets what is typed; at most one is on the page. */
export const COMPOSER_ID = "assistant-message";

/**
 * For when what had the focus goes away. Not on a phone: its keyboard would cover the conversation, and it has no focus
 * to lose track of.
 */
export function focusComposer(): void {
  if (window.matchMedia("(pointer: fine)").matches) document.getElementById(COMPOSER_ID)?.focus();
}

/** `hidden`: another panel stands before it; `onAsk` brings it to the front. */
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
