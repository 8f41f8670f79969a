import { describe, expect, it } from "vitest";
import { differences, withoutRequest } from "@/features/chat/changes";
import { makeTask } from "../tasks/task";

const now = new Date("2026-11-26T12:00:00Z");

describe("a proposed change", () => {
  const before = makeTask({ title: "Call", due_on: "2026-11-27", tags: ["home"] });

  it("names each field that differs, as it is and as it would be", () => {
    const after = {
      ...before,
      title: "Call Anna",
      due_on: "2026-12-24",
      priority: "high" as const,
      tags: [],
    };
    expect(differences({ before, after }, now)).toEqual([
      { field: "Title", before: "Call", after: "Call Anna" },
      { field: "Due", before: "Tomorrow", after: "24 Dec" },
      { field: "Priority", before: "none", after: "High" },
      { field: "Tags", before: "#home", after: "none" },
    ]);
  });

  it("names what a new task will have, besides its title", () => {
    const after = makeTask({ title: "Call", due_on: "2026-11-27", notes: "about the party" });
    expect(differences({ before: null, after }, now)).toEqual([
      { field: "Due", before: null, after: "Tomorrow" },
      { field: "Notes", before: null, after: "about the party" },
    ]);
  });

  it("has no difference where nothing changes", () => {
    expect(differences({ before, after: { ...before, version: 2 } }, now)).toEqual([]);
  });
});

describe("an answer whose question has been decided", () => {
  it.each([
    ["Please confirm this with the button, or cancel it.", ""],
    ["I found two. Press the button to confirm it.", "I found two."],
    ["Moved to v1.2. Three are left!", "Moved to v1.2. Three are left!"],
  ])("no longer asks for a click: %s", (text, expected) => {
    expect(withoutRequest(text)).toBe(expected);
  });
});
