import { describe, expect, it } from "vitest";
import { completedSection, mergeTasks, openSections } from "@/features/tasks/sections";
import type { Task } from "@/lib/api/types";
import { dueFields, dueGroup, dueOf, formatDue, today } from "@/lib/dates";
import { makeTask } from "./task";

function groupOf(dueAt: string | null, now: Date, zone: string) {
  return dueGroup(dueOf(makeTask({ due_at: dueAt }), zone), today(now, zone));
}

describe("due groups", () => {
  // 23:30 on the 23rd in Berlin, 14:30 in Los Angeles, already the 24th in Auckland.
  const now = new Date("2026-11-23T22:30:00Z");

  it.each([
    ["2026-11-23T22:45:00Z", "Europe/Berlin", "today"],
    ["2026-11-23T23:30:00Z", "Europe/Berlin", "upcoming"],
    ["2026-11-23T23:30:00Z", "America/Los_Angeles", "today"],
    ["2026-11-23T05:00:00Z", "Europe/Berlin", "today"],
    ["2026-11-22T22:59:00Z", "Europe/Berlin", "overdue"],
    ["2026-11-23T10:00:00Z", "Pacific/Auckland", "overdue"],
    ["2026-11-23T12:00:00Z", "Pacific/Auckland", "today"],
    [null, "Europe/Berlin", "none"],
  ])("puts %s in %s under %s", (dueAt, zone, group) => {
    expect(groupOf(dueAt, now, zone)).toBe(group);
  });

  it("survives the day on which the clocks change", () => {
    // In Berlin the 25th of October 2026 has 25 hours.
    const before = new Date("2026-10-24T22:30:00Z");
    expect(groupOf("2026-10-25T22:59:00Z", before, "Europe/Berlin")).toBe("today");
    expect(groupOf("2026-10-25T23:00:00Z", before, "Europe/Berlin")).toBe("upcoming");
  });
});

describe("due labels", () => {
  const now = new Date("2026-11-23T10:00:00Z");
  const label = (fields: Partial<Task>, zone = "Europe/Berlin") => {
    const due = dueOf(makeTask(fields), zone);
    return due && formatDue(due, today(now, zone), "en-GB");
  };

  it("names days as people do, with a time only when there is one", () => {
    expect(label({ due_on: "2026-11-23" })).toBe("Today");
    expect(label({ due_at: "2026-11-24T08:30:00Z" })).toBe("Tomorrow 09:30");
    expect(label({ due_at: "2026-11-23T22:59:00Z" })).toBe("Today 23:59");
    expect(label({ due_on: "2026-11-22" })).toBe("Yesterday");
    expect(label({ due_on: "2026-11-27" })).toBe("Friday");
    expect(label({ due_on: "2026-12-24" })).toBe("24 Dec");
    expect(label({ due_on: "2027-02-01" })).toBe("1 Feb 2027");
  });

  it.each(["Asia/Tokyo", "America/New_York", "Europe/London", "Pacific/Kiritimati", "UTC"])(
    "shows a whole day on that day in %s",
    (zone) => {
      expect(label({ due_on: "2026-12-24" }, zone)).toBe("24 Dec");
    },
  );
});

describe("sections", () => {
  const now = new Date("2026-11-23T10:00:00Z");
  const zone = "Europe/Berlin";
  const overdue = makeTask({ due_at: "2026-11-20T10:00:00Z" });
  const late = makeTask({ due_at: "2026-11-23T18:00:00Z" });
  const early = makeTask({ due_at: "2026-11-23T11:00:00Z" });
  const older = makeTask();
  const newer = makeTask();

  it("groups by due date, earliest first, and the undated by age", () => {
    const sections = openSections([older, late, newer, early, overdue], "due_at", now, zone);
    expect(sections.map(({ id, tasks }) => [id, tasks])).toEqual([
      ["overdue", [overdue]],
      ["today", [early, late]],
      ["none", [newer, older]],
    ]);
  });

  it("puts a whole day after its timed tasks, and of equal ones the newest first", () => {
    const day = () => makeTask(dueFields({ on: "2026-11-23", time: null }, zone));
    const [first, second] = [day(), day()];
    const [section] = openSections([first, late, second, early], "due_at", now, zone);
    expect(section?.tasks).toEqual([early, late, second, first]);
  });

  it("groups by priority when sorted by it, each in the API's order", () => {
    const [urgent, low, later] = [
      makeTask({ priority: "urgent" }),
      makeTask({ priority: "low" }),
      makeTask({ priority: "urgent" }),
    ];
    const sections = openSections([urgent, low, older, later], "-priority", now, zone);
    expect(sections.map(({ title, tasks }) => [title, tasks])).toEqual([
      ["Urgent", [urgent, later]],
      ["Low", [low]],
      ["No priority", [older]],
    ]);
  });

  it("keeps one list in the API's order when sorted by something else", () => {
    const sections = openSections([older, overdue, late], "title", now, zone);
    expect(sections.map(({ id, tasks }) => [id, tasks])).toEqual([["open", [older, overdue, late]]]);
  });

  it("shows the last completed first", () => {
    const first = makeTask({ completed: true, completed_at: "2026-11-20T10:00:00Z" });
    const last = makeTask({ completed: true, completed_at: "2026-11-22T10:00:00Z" });
    expect(completedSection([first, last]).tasks).toEqual([last, first]);
  });

  it("believes the newer version of a task that is in two lists", () => {
    const done = { ...older, completed: true, version: 2 };
    expect(mergeTasks([older, newer], [done])).toEqual([done, newer]);
    expect(mergeTasks([done], [older])).toEqual([done]);
  });
});
