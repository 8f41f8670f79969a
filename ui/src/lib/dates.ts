/**
 * Due dates as users see them: on a day, which is the same in every zone, or at a time, which the API stores as an
 * instant and the page shows in the user's zone.
 */
import type { Task } from "./api/types";
import { addDays, type Day, type Due, daysBetween, instantOf, localTimeZone, wallTime } from "./calendar";

export type DueGroup = "overdue" | "today" | "upcoming" | "none";
export { localTimeZone };

/** `due_zone` is the zone that `due_at` was meant in. */
export type DueFields = Pick<Task, "due_on" | "due_at" | "due_zone">;

/** The local day, and the time if there is one, in a zone. */
export function dueOf({ due_on, due_at }: Pick<Task, "due_on" | "due_at">, zone: string): Due | null {
  if (due_on) return { on: due_on, time: null };
  return due_at ? wallTime(new Date(due_at), zone) : null;
}

/** The reverse: the fields for the API. */
export function dueFields(due: Due | null, zone: string): DueFields {
  if (!due?.time) return { due_on: due?.on ?? null, due_at: null, due_zone: null };
  return { due_on: null, due_at: instantOf(due.on, due.time, zone).toISOString(), due_zone: zone };
}

/** English text needs English dates; the variant (order, 12 or 24 hours) is the user's. */
export function dateLocale(): string {
  const preferred = typeof navigator === "undefined" ? "" : navigator.language;
  return preferred.startsWith("en") ? preferred : "en-GB";
}

export function today(now: Date, zone: string): Day {
  return wallTime(now, zone).on;
}

/** The same days as the API's `due` filter. A task that was due earlier today still counts as today's. */
export function dueGroup(due: Due | null, today: Day): DueGroup {
  if (!due) return "none";
  if (due.on < today) return "overdue";
  return due.on === today ? "today" : "upcoming";
}

/** Whether the day, or the time, has passed. */
export function isLate(due: Due, now: Date, zone: string): boolean {
  const { on, time } = wallTime(now, zone);
  return due.on < on || (due.on === on && due.time !== null && due.time <= time);
}

/** "Today", "Tomorrow 09:30", "Friday", "24 Dec", "24 Dec 2027". */
export function formatDue(due: Due, today: Day, locale = dateLocale()): string {
  const day = dayName(due.on, today, locale);
  if (!due.time) return day;
  return `${day} ${format(locale, { timeStyle: "short" }).format(new Date(`${due.on}T${due.time}:00Z`))}`;
}

function dayName(on: Day, today: Day, locale: string): string {
  const days = daysBetween(today, on);
  if (days === 0) return "Today";
  if (days === 1) return "Tomorrow";
  if (days === -1) return "Yesterday";
  const date = new Date(`${on}T00:00:00Z`);
  if (days > 1 && days < 7) return format(locale, { weekday: "long" }).format(date);
  const year = on.slice(0, 4) === today.slice(0, 4) ? undefined : "numeric";
  return format(locale, { day: "numeric", month: "short", year }).format(date);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Creating a formatter is slow enough to notice in a long list. The dates above are written as UTC. */
function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  formats.set(key, known);
  return known;
}

/** Moves a due date to another day and keeps the time. */
export function moved(due: Due | null, on: Day): Due {
  return { on, time: due?.time ?? null };
}

export function inDays(now: Date, days: number, zone: string): Day {
  return addDays(today(now, zone), days);
}
