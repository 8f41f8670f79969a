// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { createRef } from "react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AddTask } from "@/features/tasks/components/add-task";
import { CompleteInput } from "@/features/tasks/components/complete-input";
import { NO_FILTERS } from "@/features/tasks/filters";
import { lengthOf, withinLimit } from "@/lib/characters";

const FAMILY = "👩‍👩‍👧‍👦";

function field(): HTMLInputElement {
  return screen.getByRole("textbox", { name: "Add a task" });
}

function type(text: string): void {
  fireEvent.change(field(), { target: { value: text } });
}

const marks = () => Array.from(document.querySelectorAll("mark"), (mark) => mark.textContent);

afterEach(cleanup);

describe("the add field", () => {
  beforeEach(() => {
    window.sessionStorage.clear();
    render(
      <QueryClientProvider client={new QueryClient()}>
        <AddTask filters={NO_FILTERS} inputRef={createRef()} />
      </QueryClientProvider>,
    );
  });

  it("marks what it understood where it stands", () => {
    type("Pay rent by friday at 5pm !high #home");
    expect(marks()).toEqual(["by friday at 5pm", "!high", "#home"]);
    type("Buy 3 marshmallows");
    expect(marks()).toEqual([]);
  });

  it("gives a word back for this text only, and keeps the focus", () => {
    type("call tomorrow");
    fireEvent.click(screen.getByRole("button", { name: "Keep “tomorrow” as text" }));
    expect(marks()).toEqual([]);
    expect(document.activeElement).toBe(field());
    type("call tomorrow ");
    expect(marks()).toEqual([]);
    type("");
    type("pay rent tomorrow");
    expect(marks()).toEqual(["tomorrow"]);
  });

  it("says that a task does not repeat", () => {
    type("water plants every monday");
    expect(marks()).toEqual([]);
    expect(screen.getByText(/Repeating tasks aren’t supported/)).toBeTruthy();
  });

  it("counts characters as the API does", () => {
    const add = screen.getByRole<HTMLButtonElement>("button", { name: "Add" });
    type(FAMILY.repeat(28));
    expect(add.disabled).toBe(false);
    type(FAMILY.repeat(29));
    expect(add.disabled).toBe(true);
    expect(lengthOf(FAMILY)).toBe(7);
    expect(withinLimit("🏠🏠🏠", 2)).toBe("🏠🏠");
  });
});

describe("a field for whole values", () => {
  function show() {
    const saved: string[] = [];
    const whole = (value: string) => value >= "1000";
    const view = render(
      <CompleteInput
        type="date"
        aria-label="Day"
        saved="2026-11-27"
        isComplete={whole}
        onCommit={(value) => saved.push(value)}
      />,
    );
    const input = screen.getByLabelText<HTMLInputElement>("Day");
    const press = (key: string, value: string) => {
      fireEvent.keyDown(input, { key });
      fireEvent.change(input, { target: { value } });
    };
    return { input, press, saved, ...view };
  }

  it("saves a typed year once, when the field is left", () => {
    const { input, press, saved } = show();
    for (const year of ["0002", "0020", "0202", "2027"]) press("2", `${year}-11-27`);
    expect(saved).toEqual([]);
    fireEvent.blur(input);
    expect(saved).toEqual(["2027-11-27"]);
  });

  it("saves at Enter, and what was picked at once", () => {
    const { input, press, saved } = show();
    press("2", "2027-11-27");
    fireEvent.keyDown(input, { key: "Enter" });
    fireEvent.change(input, { target: { value: "2027-11-28" } });
    expect(saved).toEqual(["2027-11-27", "2027-11-28"]);
  });

  it.each(["", "0202-11-27"])("shows the saved value again instead of “%s”", (value) => {
    const { input, press, saved } = show();
    press("Backspace", value);
    fireEvent.blur(input);
    expect(saved).toEqual([]);
    expect(input.value).toBe("2026-11-27");
  });

  it("saves what was typed when it goes away, but not after Escape", () => {
    const first = show();
    first.press("2", "2027-11-27");
    first.unmount();
    expect(first.saved).toEqual(["2027-11-27"]);
    const second = show();
    second.press("2", "2027-11-27");
    fireEvent.keyDown(second.input, { key: "Escape" });
    second.unmount();
    expect(second.saved).toEqual([]);
  });
});
