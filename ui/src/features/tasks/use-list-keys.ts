/**
 * Keyboard shortcuts in the list. The focused row is the current one; no other state tracks it.
 */
import { useQueryClient } from "@tanstack/react-query";
import type { RefObject } from "react";
import { showToast } from "@/components/toast/toast-store";
import { currentId } from "@/features/outbox/current";
import { useShortcuts } from "@/lib/shortcuts";
import { redo, type Step, undo } from "./history";
import { focusedRow, idOf, moveBetweenRows, visibleTaskIds } from "./row-focus";

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

type Action = { label: string; run: () => void };

/** Where the view shows none of the step's tasks, a toast says what happened. */
function report(word: string, change: () => Step | undefined, action: Action): void {
  const before = visibleTaskIds();
  const step = change();
  if (!step) return;
  requestAnimationFrame(() => {
    const shown = [...before, ...visibleTaskIds()];
    const ids = step.parts.flatMap((part) => part.before.map(({ task }) => currentId(task.id)));
    if (ids.some((id) => shown.includes(id))) return;
    showToast({ kind: "info", message: `${word}: ${step.label}`, action });
  });
}

export function useListKeys({ addRef, searchRef, onSelect, onSelectAll, onEscape, onHelp }: ListKeys): void {
  const client = useQueryClient();
  const select = (event: KeyboardEvent) => {
    const row = focusedRow();
    if (row) onSelect(idOf(row), event.shiftKey);
  };
  const remove = () => pressAndLeave("[data-task-delete]");
  const undoSeen = () => report("Undone", () => undo(client), { label: "Redo", run: () => redo(client) });
  const redoSeen = () => report("Redone", () => redo(client), { label: "Undo", run: () => undo(client) });
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
    "mod+z": undoSeen,
    "mod+Z": redoSeen,
    "mod+y": redoSeen,
    Delete: remove,
    Escape: onEscape,
    "?": onHelp,
  });
}
