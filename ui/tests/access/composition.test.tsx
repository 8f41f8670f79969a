// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { Providers } from "@/app/providers";

const acted = vi.fn();

function show() {
  render(
    <Providers>
      <form aria-label="Panel" onKeyDown={({ key }) => acted(`panel ${key}`)}>
        <input aria-label="Field" onKeyDown={({ key }) => acted(`field ${key}`)} />
      </form>
    </Providers>,
  );
  return screen.getByRole("textbox", { name: "Field" });
}

const listener = ({ key }: KeyboardEvent) => acted(`page ${key}`);

afterEach(() => {
  cleanup();
  window.removeEventListener("keydown", listener);
  acted.mockClear();
});

// The second is Safari's: the composition has ended when the key that ended it arrives.
it.each([{ isComposing: true }, { keyCode: 229 }])("leaves every key of a composition alone: %o", (mark) => {
  window.addEventListener("keydown", listener);
  const field = show();
  for (const key of ["Enter", "Escape", "Backspace", ","]) fireEvent.keyDown(field, { key, ...mark });
  expect(acted).not.toHaveBeenCalled();
  fireEvent.keyDown(field, { key: "Enter" });
  expect(acted.mock.calls).toEqual([["field Enter"], ["panel Enter"], ["page Enter"]]);
});

it("lets no dialog close by the Escape that ends a composition", () => {
  const pressed = new KeyboardEvent("keydown", { key: "Escape", isComposing: true, cancelable: true });
  show().dispatchEvent(pressed);
  expect(pressed.defaultPrevented).toBe(true);
});
