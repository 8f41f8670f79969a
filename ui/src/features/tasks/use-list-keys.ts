/**
 * Keyboard shortcuts in the list. The focused row is the current one; no other state tracks it.
 */
import { useQueryClient } from "@tanstack/react-query";
import type { RefObject } from "react";
import { useShortcuts } from "@/lib/shortcuts";
import { redo, undo } from "./history";
import { focusedRow, idOf, moveBetweenRows } from "./row-focus";

type ListKeys = {
  addRef: RefObject<HTMLInputElement | null>;
  searchRef: RefObject<HTMLInputElement | null>;
  onSelect: (id: string, extend: boolean) => void;
  onSelectAll: () => void;
  onEscape: () => void;
  onHelp: () => void;
};

/** Clicks the row's own control, so that a key does exactly what the pointer does. */
function press(selector: string): void {
  focusedRow()?.querySelector<HTMLElement>(selector)?.click();
}

/** Focuses the neighbour of a row that is about to leave, so that the next key works immediately. */
function pressAndLeave(selector: string): void {
  const row = focusedRow();
  press(selector);
  if (!row) return;
  moveBetweenRows(1);
  if (focusedRow() === row) moveBetweenRows(-1);
}

export function useListKeys({ addRef, searchRef, onSelect, onSelectAll, onEscape, onHelp }: ListKeys): void {
  const client = useQueryClient();
  const select = (event: KeyboardEvent) => {
    const row = focusedRow();
    if (row) onSelect(idOf(row), event.shiftKey);
  };
  const remove = () => pressAndLeave("[data-task-delete]");
  useShortcuts({
    n: () => addRef.current?.focus(),
    c: () => addRef.current?.focus(),
    "/": () => searchRef.current?.focus(),
    j: () => moveBetweenRows(1),
    k: () => moveBetweenRows(-1),
    d: () => pressAndLeave("[data-task-complete]"),
    e: () => press("[data-task-rename]"),
    x: select,
    X: select,
    "mod+a": onSelectAll,
    "mod+z": () => undo(client),
    "mod+Z": () => redo(client),
    "mod+y": () => redo(client),
    Delete: remove,
    Escape: onEscape,
    "?": onHelp,
  });
}
