/**
 * The rows of the list as the keyboard sees them. The list is one stop of the Tab key: the current row's title.
 */
const ROW = "[data-task-id]";
const TITLE = "[data-task-title]";

export function visibleRows(): HTMLElement[] {
  return Array.from(document.querySelectorAll<HTMLElement>(ROW));
}

export const idOf = (row: HTMLElement): string => row.dataset.taskId ?? "";

export const visibleTaskIds = (): string[] => visibleRows().map(idOf);

export function rowAround(element: Element | null): HTMLElement | null {
  return element?.closest<HTMLElement>(ROW) ?? null;
}

/** The row that has the focus. */
export const focusedRow = (): HTMLElement | null => rowAround(document.activeElement);

/** The row that Tab moves to, focused or not. */
export function currentRow(): HTMLElement | null {
  return rowAround(document.querySelector(`${TITLE}[tabindex="0"]`));
}

export function focusRow(row: HTMLElement | null | undefined): boolean {
  const title = row?.querySelector<HTMLElement>(TITLE);
  title?.focus();
  row?.scrollIntoView?.({ block: "nearest" });
  return Boolean(title);
}

/** Returns whether the task is in the list. */
export function focusTask(id: string | null): boolean {
  return focusRow(visibleRows().find((row) => idOf(row) === id));
}

/** Undefined if the task has no row. */
export function isOnScreen(id: string): boolean | undefined {
  const area = visibleRows()
    .find((row) => idOf(row) === id)
    ?.getBoundingClientRect();
  return area && area.bottom >= 0 && area.top <= window.innerHeight;
}

/** Scrolls the selected row out from under the bulk bar. The row has a margin for this. */
export function revealTask(id: string): void {
  requestAnimationFrame(() =>
    visibleRows()
      .find((row) => idOf(row) === id)
      ?.scrollIntoView({ block: "nearest" }),
  );
}

/** The row to focus after one is removed: the next remaining one, otherwise the previous. */
export function neighbour(id: string, order: readonly string[]): HTMLElement | undefined {
  const rows = new Map(visibleRows().map((row) => [idOf(row), row]));
  const index = order.indexOf(id);
  const nearest = [...order.slice(index + 1), ...order.slice(0, Math.max(index, 0)).toReversed()];
  return nearest.map((each) => rows.get(each)).find((row) => row !== undefined);
}

/** Moves the focus one control to the left or right within the focused row. */
export function moveWithinRow(step: 1 | -1): void {
  const controls = Array.from(focusedRow()?.querySelectorAll<HTMLElement>("input, button") ?? []);
  const usable = controls.filter((control) => !control.matches(":disabled"));
  const index = usable.indexOf(document.activeElement as HTMLElement);
  usable[Math.min(Math.max(index + step, 0), usable.length - 1)]?.focus();
}

/** Moves one row from the focused one, or from the current one if the focus is elsewhere. */
export function moveBetweenRows(step: 1 | -1): void {
  const rows = visibleRows();
  const from = focusedRow();
  if (!from) {
    focusRow(currentRow() ?? (step === 1 ? rows[0] : rows.at(-1)));
    return;
  }
  const index = rows.indexOf(from) + step;
  focusRow(rows[Math.min(Math.max(index, 0), rows.length - 1)]);
}

export function moveToEnd(end: "first" | "last"): void {
  focusRow(visibleRows().at(end === "first" ? 0 : -1));
}
