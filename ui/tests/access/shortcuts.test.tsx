// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ShortcutHelp } from "@/features/workspace/shortcut-help";
import { useShortcuts } from "@/lib/shortcuts";

const run = vi.fn();

const MEANINGS = { n: "n", x: "x", X: "X", "/": "/", "mod+z": "undo", "mod+Z": "redo", Escape: "escape" };
const shortcuts = Object.fromEntries(
  Object.entries(MEANINGS).map(([key, meaning]) => [key, () => run(meaning)]),
);

function Page() {
  useShortcuts(shortcuts);
  return <ShortcutHelp onClose={() => undefined} />;
}

const press = (key: string, code: string, more = {}) =>
  fireEvent.keyDown(document.body, { key, code, bubbles: true, ...more });

beforeEach(() => {
  vi.clearAllMocks();
  render(<Page />);
  // A dialog that is open takes the keys; here it only stands beside them.
  vi.spyOn(document, "querySelector").mockReturnValue(null);
});
afterEach(() => {
  cleanup();
  window.localStorage.clear();
});

it.each([
  ["т", "KeyN", {}, "n"],
  ["Т", "KeyN", {}, "n"],
  ["ч", "KeyX", {}, "x"],
  ["Ч", "KeyX", { shiftKey: true }, "X"],
  ["я", "KeyZ", { ctrlKey: true }, "undo"],
  ["я", "KeyZ", { ctrlKey: true, shiftKey: true }, "redo"],
  ["ν", "KeyN", {}, "n"],
  ["N", "KeyN", {}, "n"],
])("means by %s on %s (%o): %s", (key, code, more, expected) => {
  press(key, code, more);
  expect(run.mock.calls).toEqual([[expected]]);
});

it("goes by the letter where there is one", () => {
  press("n", "KeyL"); // Dvorak
  press("l", "KeyN");
  expect(run.mock.calls).toEqual([["n"]]);
});

it("can do without single characters, and remembers it", async () => {
  const choice = screen.getByRole("checkbox", { name: /^Single-character shortcuts/, hidden: true });
  await userEvent.click(choice);
  for (const [key, code] of [
    ["n", "KeyN"],
    ["/", "Slash"],
    ["т", "KeyN"],
  ] as const)
    press(key, code);
  expect(run).not.toHaveBeenCalled();
  press("Escape", "Escape");
  press("z", "KeyZ", { ctrlKey: true });
  expect(run.mock.calls).toEqual([["escape"], ["undo"]]);

  cleanup();
  render(<Page />);
  press("n", "KeyN");
  expect(run).toHaveBeenCalledTimes(2);
});
