import { expect, it } from "vitest";
import { EMPTY, type SelectionChange, select } from "@/features/tasks/selection";

const order = ["a", "b", "c", "d", "e"];

function after(...changes: SelectionChange[]): string[] {
  return [...changes.reduce(select, EMPTY).ids].sort();
}

it("toggles", () => {
  expect(after({ type: "toggle", id: "b" })).toEqual(["b"]);
  expect(after({ type: "toggle", id: "b" }, { type: "toggle", id: "b" })).toEqual([]);
});

it("extends from the last tick, in either direction", () => {
  expect(after({ type: "toggle", id: "b" }, { type: "extend", id: "d", order })).toEqual(["b", "c", "d"]);
  expect(after({ type: "toggle", id: "d" }, { type: "extend", id: "b", order })).toEqual(["b", "c", "d"]);
});

it("adds a range to what is selected already", () => {
  const changes: SelectionChange[] = [
    { type: "toggle", id: "a" },
    { type: "toggle", id: "c" },
    { type: "extend", id: "e", order },
  ];
  expect(after(...changes)).toEqual(["a", "c", "d", "e"]);
});

it("ticks one row when the last tick is no longer on screen", () => {
  expect(after({ type: "toggle", id: "gone" }, { type: "extend", id: "c", order })).toEqual(["c", "gone"]);
});

it("takes all, and none", () => {
  expect(after({ type: "all", order })).toEqual(order);
  expect(after({ type: "all", order }, { type: "clear" })).toEqual([]);
});
