/**
 * Input methods (Japanese, Chinese, Korean and others): while a person composes text, its keys choose and confirm
 * candidates. No field, panel or shortcut may act on them.
 */

/** Safari confirms with an Enter that comes after the composition's end; only the old code marks it. */
const PROCESSED_BY_IME = 229;

export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === PROCESSED_BY_IME;
}

/**
 * Keeps the keys of a composition from every handler on the page: one place instead of a check in each field. The
 * listener runs before React's. Returns a function that removes it.
 */
export function leaveCompositionAlone(): () => void {
  const stop = (event: KeyboardEvent) => {
    if (!isComposing(event)) return;
    event.stopImmediatePropagation();
    // Else the browser itself would close a dialog around the field.
    if (event.key === "Escape") event.preventDefault();
  };
  window.addEventListener("keydown", stop, { capture: true });
  return () => window.removeEventListener("keydown", stop, { capture: true });
}
