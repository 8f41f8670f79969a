/**
 * Input methods (Japanese, Chinese, Korean and others): during a composition, keys choose and confirm candidates.
 * No field, panel or shortcut may act on them.
 */

/** Safari sends the confirming Enter after the end of the composition. Only the legacy key code marks it. */
const PROCESSED_BY_IME = 229;

export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === PROCESSED_BY_IME;
}

/**
 * Hides the keys of a composition from every handler on the page, so that no field has to check for them. The
 * listener runs before React's. Returns a function that removes it.
 */
export function leaveCompositionAlone(): () => void {
  const stop = (event: KeyboardEvent) => {
    if (!isComposing(event)) return;
    event.stopImmediatePropagation();
    // Otherwise the browser would close a dialog around the field.
    if (event.key === "Escape") event.preventDefault();
  };
  window.addEventListener("keydown", stop, { capture: true });
  return () => window.removeEventListener("keydown", stop, { capture: true });
}
