/**
 * Where the focus can go on the current page.
 */
const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";

/** In the order of the document, reachable by Tab or not. */
export function focusables(root: ParentNode): HTMLElement[] {
  return Array.from(root.querySelectorAll<HTMLElement>(FOCUSABLE));
}

/** Whether the element is on the page and can take the focus. */
export function isUsable(element: HTMLElement): boolean {
  if (!element.isConnected || element.matches(":disabled")) return false;
  return element.checkVisibility?.({ visibilityProperty: true }) ?? true;
}

/** Whether nothing has the focus, so that keys have no effect. */
export function isFocusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}
