/**
 * The list as one stop of the Tab key: arrows, Home and End move between its rows and among a row's controls.
 */
import { type FocusEvent, type KeyboardEvent, useState } from "react";
import { isTyping } from "@/lib/shortcuts";
import { idOf, moveBetweenRows, moveToEnd, moveWithinRow, rowAround } from "./row-focus";

const KEYS: Record<string, () => void> = {
  ArrowDown: () => moveBetweenRows(1),
  ArrowUp: () => moveBetweenRows(-1),
  ArrowRight: () => moveWithinRow(1),
  ArrowLeft: () => moveWithinRow(-1),
  Home: () => moveToEnd("first"),
  End: () => moveToEnd("last"),
};

/** `ids` are the rows on screen, in their order. Returns the one that Tab moves to, and handlers for the list. */
export function useRowRoving(ids: readonly string[]) {
  const [focused, setFocused] = useState<string | null>(null);
  const current = focused !== null && ids.includes(focused) ? focused : (ids[0] ?? null);
  const handlers = {
    onFocus: ({ target }: FocusEvent) => {
      const row = rowAround(target);
      if (row) setFocused(idOf(row));
    },
    onKeyDown: (event: KeyboardEvent) => {
      const { target, key, ctrlKey, metaKey, altKey, shiftKey } = event;
      if (ctrlKey || metaKey || altKey || shiftKey || isTyping(target)) return;
      if (!KEYS[key] || !rowAround(target as Element)) return;
      event.preventDefault();
      KEYS[key]();
    },
  };
  return { current, handlers };
}
