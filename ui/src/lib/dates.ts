/**
 * Due dates as people see them. The API stores instants in UTC; "today" is a day in the user's zone.
 *
 * The contract has no all-day dates, so a due date without a time is 23:59 of its day in the user's zone:
 * it is not late before the day is over, and it is shown without a time.
 */

export type DueGroup = "overdue" | "today" | "upcoming" | "none";

const ALL_DAY = { hours: 23, minutes: 59 };

export function localTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** English text needs English dates; the variant (order, 12 or 24 hours) is the user's. */
export function dateLocale(): string {
  const preferred = typeof navigator === "undefined" ? "" : navigator.language;
  return preferred.startsWith("en") ? preferred : "en-GB";
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Creating a formatter is slow enough to notice in a long list. */
function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, known);
  return known;
}

/** The calendar day of an instant in a zone, as "2026-11-23": comparable as text. */
function dayKey(instant: Date, timeZone: string): string {
  return format("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(instant);
}

/** Whole days from one calendar day to another, in a zone; negative for the past. */
function daysBetween(from: Date, to: Date, timeZone: string): number {
  const day = (instant: Date) => Date.parse(`${dayKey(instant, timeZone)}T00:00:00Z`);
  return Math.round((day(to) - day(from)) / 86_400_000);
}

/** The same days as the API's `due` filter: what was due earlier today is still today's. */
export function dueGroup(dueAt: string | null, now: Date, timeZone: string): DueGroup {
  if (!dueAt) return "none";
  const days = daysBetween(now, new Date(dueAt), timeZone);
  if (days < 0) return "overdue";
  return days === 0 ? "today" : "upcoming";
}

/** "Today", "Tomorrow 09:30", "Friday", "24 Dec", "24 Dec 2027". */
export function formatDue(dueAt: string, now: Date, timeZone: string, locale = dateLocale()): string {
  const due = new Date(dueAt);
  const day = dayName(due, now, timeZone, locale);
  return isAllDay(due, timeZone)
    ? day
    : `${day} ${format(locale, { timeZone, timeStyle: "short" }).format(due)}`;
}

function dayName(due: Date, now: Date, timeZone: string, locale: string): string {
  const days = daysBetween(now, due, timeZone);
  if (days === 0) return "Today";
  if (days === 1) return "Tomorrow";
  if (days === -1) return "Yesterday";
  if (days > 1 && days < 7) return format(locale, { timeZone, weekday: "long" }).format(due);
  const sameYear = dayKey(due, timeZone).slice(0, 4) === dayKey(now, timeZone).slice(0, 4);
  return format(locale, {
    timeZone,
    day: "numeric",
    month: "short",
    year: sameYear ? undefined : "numeric",
  }).format(due);
}

export function isAllDay(due: Date, timeZone: string): boolean {
  const time = format("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(due);
  return time === `${ALL_DAY.hours}:${ALL_DAY.minutes}`;
}

/** The due instant for a calendar day in the browser's zone, at a time or at the day's end. */
export function dueOn(
  year: number,
  month: number,
  day: number,
  time?: { hours: number; minutes: number },
): Date {
  const { hours, minutes } = time ?? ALL_DAY;
  return new Date(year, month, day, hours, minutes);
}

export function dueInDays(now: Date, days: number, time?: { hours: number; minutes: number }): Date {
  return dueOn(now.getFullYear(), now.getMonth(), now.getDate() + days, time);
}
