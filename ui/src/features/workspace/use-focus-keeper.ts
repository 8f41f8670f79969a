/**
 * Keeps the keyboard's place. When the focused element is removed (a task is completed, a panel closes, another device
 * deletes the row), the focus moves to the nearest element that remains.
 */
import { useEffect } from "react";
import { currentRow, focusRow, idOf, neighbour, rowAround, visibleTaskIds } from "@/features/tasks/row-focus";
import { focusables, isFocusLost, isUsable } from "@/lib/focus";

/** The task's id, on elements that belong to a task outside its row. */
const OF_TASK = "[data-of-task]";
/** Marks the element of a panel or page that takes the focus when one of its fields gives it up. */
const HOME = "[data-focus-home]";

type Place = {
  element: HTMLElement;
  /** The element's ancestors while it had the focus. A removed element has none. */
  ancestors: Element[];
  order: HTMLElement[];
  task: string | null;
  wasCompleted: boolean;
  rows: string[];
};

export function useFocusKeeper(): void {
  useEffect(keepFocus, []);
}

function keepFocus(): () => void {
  let place: Place | null = null;
  let pointing = false;

  const note = ({ target }: FocusEvent) => {
    if (target instanceof HTMLElement) place = placeOf(target);
  };
  const check = () => {
    if (!place || !isFocusLost()) return;
    if (!isUsable(place.element)) replaceLost(place);
    // A row that moved is still there, but lost the focus.
    else place.element.focus({ preventScroll: true });
  };
  const leave = (event: FocusEvent) => {
    if (event.relatedTarget || !document.hasFocus()) return;
    const left = place;
    const byPointer = pointing;
    queueMicrotask(() => {
      if (!left || place !== left || !isFocusLost() || !left.element.isConnected) return;
      // A click on the background is intended. A field that blurs itself is not.
      if (byPointer) place = null;
      else goHome(left);
    });
  };
  const point = () => {
    pointing = true;
    setTimeout(() => {
      pointing = false;
    });
  };
  const observer = new MutationObserver(() => {
    check();
    // A disabled control loses the focus in the next frame.
    requestAnimationFrame(check);
  });

  observer.observe(document.body, {
    childList: true,
    subtree: true,
    attributeFilter: ["disabled", "hidden"],
  });
  document.addEventListener("focusin", note);
  document.addEventListener("focusout", leave);
  document.addEventListener("pointerdown", point, { capture: true });
  return () => {
    observer.disconnect();
    document.removeEventListener("focusin", note);
    document.removeEventListener("focusout", leave);
    document.removeEventListener("pointerdown", point, { capture: true });
  };
}

function placeOf(element: HTMLElement): Place {
  const row = rowAround(element);
  const ancestors: Element[] = [];
  for (let up = element.parentElement; up; up = up.parentElement) ancestors.push(up);
  return {
    element,
    ancestors,
    order: focusables(document),
    task: row ? idOf(row) : (element.closest<HTMLElement>(OF_TASK)?.dataset.ofTask ?? null),
    wasCompleted: row?.dataset.completed === "true",
    rows: visibleTaskIds(),
  };
}

function replaceLost(place: Place): void {
  const around = place.ancestors.find((ancestor) => ancestor.isConnected);
  const panelGone = place.ancestors.some(
    (ancestor) => ancestor.matches("aside, dialog") && !ancestor.isConnected,
  );
  const inPanel = place.ancestors.some((ancestor) => ancestor.matches(OF_TASK) && ancestor.isConnected);
  if (place.task && !inPanel) {
    focusRow(rowAfter(place) ?? currentRow()) || goHome(place);
    return;
  }
  const near = panelGone ? undefined : nearest(place, around);
  if (near) near.focus({ preventScroll: true });
  else goHome(place);
}

/** The task's own row if it only moved, or the neighbour if it was completed, reopened or deleted. */
function rowAfter({ task, rows, wasCompleted }: Place): HTMLElement | undefined {
  const id = task ?? "";
  const own = document.querySelector<HTMLElement>(`[data-task-id="${CSS.escape(id)}"]`);
  if (own && (own.dataset.completed === "true") === wasCompleted) return own;
  return neighbour(id, rows) ?? own ?? undefined;
}

/** The control after the lost one, otherwise the one before, within the remaining ancestors. */
function nearest({ element, order }: Place, around: Element | undefined): HTMLElement | undefined {
  if (!around || around === document.body || around.matches("html, main")) return undefined;
  const index = order.indexOf(element);
  const candidates = [...order.slice(index + 1), ...order.slice(0, Math.max(index, 0)).toReversed()];
  return candidates.find((candidate) => around.contains(candidate) && isUsable(candidate));
}

function goHome({ ancestors }: Place): void {
  const homes = ancestors
    .filter((ancestor) => ancestor.isConnected)
    .map((ancestor) => ancestor.querySelector<HTMLElement>(HOME));
  const inMain = !ancestors.some((ancestor) => ancestor.isConnected && ancestor.matches("aside, dialog"));
  if (inMain && focusRow(currentRow())) return;
  homes.find((home) => home !== null && isUsable(home))?.focus({ preventScroll: true });
}
