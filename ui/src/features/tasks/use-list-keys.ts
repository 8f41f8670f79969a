/**
 * The keyboard in the list. The row that has the focus is the current one; nothing else keeps track of it.
 */
import type { RefObject } from "react";
import { undoLast } from "@/components/toast/toast-store";
import { useShortcuts } from "@/lib/shortcuts";

type ListKeys = {
  addRef: RefObject<HTMLInputElement | null>;
  searchRef: RefObject<HTMLInputElement | null>;
  onSelect: (id: string, extend: boolean) => void;
  onSelectAll: () => void;
  onEscape: () => void;
  onHelp: () => void;
};

const ROW = "[data-task-id]";

function visibleRows(): HTMLElement[] {
  return Array.from(document.querySelectorAll<HTMLElement>(ROW));
}

export function visibleTaskIds(): string[] {
  return visibleRows().map((row) => row.dataset.taskId ?? "");
}

function currentRow(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>(ROW) ?? null;
}

function focusRow(row: HTMLElement | undefined): void {
  row?.querySelector<HTMLElement>("[data-task-title]")?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

/** Gives the focus back to a row, after what was opened from it is gone. */
export function focusTask(id: string | null): void {
  focusRow(visibleRows().find((row) => row.dataset.taskId === id));
}

function move(step: 1 | -1): void {
  const rows = visibleRows();
  const current = currentRow();
  const index = current ? rows.indexOf(current) + step : step === 1 ? 0 : rows.length - 1;
  focusRow(rows[Math.min(Math.max(index, 0), rows.length - 1)]);
}

/** Uses the row's own control, so that a key can do nothing that the pointer can't. */
function press(selector: string): void {
  currentRow()?.querySelector<HTMLElement>(selector)?.click();
}

/** The row is about to leave; its neighbour takes the focus, or the next key would go nowhere. */
function pressAndLeave(selector: string): void {
  const rows = visibleRows();
  const current = currentRow();
  if (!current) return;
  const index = rows.indexOf(current);
  press(selector);
  focusRow(rows[index + 1] ?? rows[index - 1]);
}

export function useListKeys({ addRef, searchRef, onSelect, onSelectAll, onEscape, onHelp }: ListKeys): void {
  const select = (event: KeyboardEvent) => {
    const id = currentRow()?.dataset.taskId;
    if (id) onSelect(id, event.shiftKey);
  };
  const remove = () => pressAndLeave("[data-task-delete]");
  useShortcuts({
    n: () => addRef.current?.focus(),
    c: () => addRef.current?.focus(),
    "/": () => searchRef.current?.focus(),
    j: () => move(1),
    k: () => move(-1),
    d: () => pressAndLeave("[data-task-complete]"),
    e: () => press("[data-task-rename]"),
    x: select,
    X: select,
    "mod+a": onSelectAll,
    "mod+z": () => undoLast(),
    Delete: remove,
    Escape: onEscape,
    "?": onHelp,
  });
}
