/**
 * Which fields Ctrl+Z belongs to. The browser undoes typing in a text field. In an empty one there is nothing to undo,
 * unless the user has just deleted the text. Fields without text (a date, a list of choices) have no undo of their own.
 */
const TEXT = "input:not([type=date]):not([type=time]), textarea, [contenteditable=true]";

/** The field whose text the user deleted, until it loses the focus. */
let emptied: EventTarget | null = null;

export function hasOwnUndo(target: EventTarget | null): boolean {
  if (!(target instanceof Element) || !target.matches(TEXT)) return false;
  return textOf(target) !== "" || target === emptied;
}

/** Returns a function that stops. */
export function rememberEmptying(): () => void {
  const onInput = ({ target }: Event) => {
    emptied = target instanceof Element && textOf(target) === "" ? target : null;
  };
  const onLeave = () => {
    emptied = null;
  };
  // Before React empties the field of a sent text.
  window.addEventListener("input", onInput, { capture: true });
  window.addEventListener("focusout", onLeave);
  return () => {
    window.removeEventListener("input", onInput, { capture: true });
    window.removeEventListener("focusout", onLeave);
  };
}

function textOf(element: Element): string {
  return "value" in element ? String(element.value) : (element.textContent ?? "");
}
