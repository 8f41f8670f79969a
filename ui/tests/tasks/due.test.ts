import { describe, expect, it } from "vitest";
import { reschedule, rescheduled } from "@/features/tasks/due-choices";
import { addMonths, calendarDay, instantOf, usableZone, wallTime } from "@/lib/calendar";
import { dueFields, dueOf, isLate } from "@/lib/dates";
import { makeTask } from "./task";

const ZONE = "Europe/Berlin";
const NOW = new Date("2026-11-26T09:00:00Z");
const timed = (on: string, time: string) => dueFields({ on, time }, ZONE);

describe("rescheduling", () => {
  it.each([
    [0, "2026-11-26"],
    [1, "2026-11-27"],
    [7, "2026-12-03"],
  ])("by %i days keeps the time of day", (days, on) => {
    const task = makeTask(timed("2026-11-27", "19:00"));
    expect(dueOf(rescheduled(task, days, NOW, ZONE), ZONE)).toEqual({ on, time: "19:00" });
  });

  it("keeps it over a change of the clocks", () => {
    const task = makeTask(timed("2026-10-20", "19:00"));
    const before = new Date("2026-10-24T09:00:00Z");
    expect(dueOf(rescheduled(task, 7, before, ZONE), ZONE)).toEqual({ on: "2026-10-31", time: "19:00" });
  });

  it("leaves a whole day whole, and dates the undated", () => {
    for (const task of [makeTask(), makeTask(dueFields({ on: "2026-11-01", time: null }, ZONE))]) {
      expect(dueOf(rescheduled(task, 1, NOW, ZONE), ZONE)).toEqual({ on: "2026-11-27", time: null });
    }
  });

  it("of many tasks keeps the time of each, with one request for equal ones", () => {
    const tasks = [
      makeTask(timed("2026-11-20", "19:00")),
      makeTask(timed("2026-11-21", "20:30")),
      makeTask(timed("2026-11-22", "19:00")),
      makeTask(),
    ];
    const parts = reschedule(tasks, 1, NOW, ZONE);
    expect(parts.map(({ ids, patch }) => [ids.length, dueOf(patch, ZONE)?.time])).toEqual([
      [2, "19:00"],
      [1, "20:30"],
      [1, null],
    ]);
    expect(reschedule(tasks, null, NOW, ZONE)).toEqual([
      { ids: tasks.map(({ id }) => id), patch: dueFields(null, ZONE) },
    ]);
  });
});

describe("the calendar", () => {
  it.each([
    ["2027-01-31", 1, "2027-02-28"],
    ["2027-11-30", 3, "2028-02-29"],
    ["2026-11-30", 3, "2027-02-28"],
    ["2027-03-31", 1, "2027-04-30"],
    ["2028-02-29", 12, "2029-02-28"],
    ["2027-03-31", -1, "2027-02-28"],
  ])("counts months from %s: %i", (day, months, expected) => {
    expect(addMonths(day, months)).toBe(expected);
  });

  it("has no 30 February and no year of three digits", () => {
    expect(calendarDay(2027, 2, 30)).toBeNull();
    expect(calendarDay(202, 2, 3)).toBeNull();
    expect(calendarDay(2028, 2, 29)).toBe("2028-02-29");
  });

  it.each(["Etc/Unknown", "", "Mars/Olympus", undefined])("takes the zone “%s” for UTC", (zone) => {
    expect(usableZone(zone)).toBe("UTC");
  });

  it.each(["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "America/New_York", "UTC"])(
    "comes back from each hour of a year in %s",
    (zone) => {
      for (let hour = 0; hour < 366 * 24; hour += 5) {
        const instant = new Date(Date.UTC(2026, 0, 1, hour));
        const { on, time } = wallTime(instant, zone);
        const back = instantOf(on, time, zone);
        // The hour that the clocks show twice is the first one.
        expect([0, 3_600_000]).toContain(instant.getTime() - back.getTime());
        expect(wallTime(back, zone)).toEqual({ on, time });
      }
    },
  );
});

describe("the API's fields", () => {
  it("hold a day as a day, and a time as an instant with its zone", () => {
    expect(dueFields({ on: "2026-12-24", time: null }, "Asia/Tokyo")).toEqual({
      due_on: "2026-12-24",
      due_at: null,
      due_zone: null,
    });
    expect(dueFields({ on: "2026-12-24", time: "19:00" }, "Asia/Tokyo")).toEqual({
      due_on: null,
      due_at: "2026-12-24T10:00:00.000Z",
      due_zone: "Asia/Tokyo",
    });
    expect(dueFields(null, "Asia/Tokyo")).toEqual({ due_on: null, due_at: null, due_zone: null });
  });
});

describe("lateness", () => {
  it("is the day's for a whole day, and the minute's for a time", () => {
    expect(isLate({ on: "2026-11-26", time: null }, NOW, ZONE)).toBe(false);
    expect(isLate({ on: "2026-11-25", time: null }, NOW, ZONE)).toBe(true);
    expect(isLate({ on: "2026-11-26", time: "09:59" }, NOW, ZONE)).toBe(true);
    expect(isLate({ on: "2026-11-26", time: "10:01" }, NOW, ZONE)).toBe(false);
  });
});
