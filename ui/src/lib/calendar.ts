/**
 * Calendar days as text ("2026-12-24"), their arithmetic, and the conversion between an instant and local time in a time
 * zone. Knows nothing about tasks.
 */

/** A calendar day, "2026-12-24": the same in every zone, and comparable as text. */
export type Day = string;
/** A local day with or without a time ("19:00", 24 hours). */
export type Due = { on: Day; time: string | null };

const DAY_MS = 86_400_000;

/** The browser's zone. A zone that it can't name ("Etc/Unknown") or use counts as UTC. */
export function localTimeZone(): string {
  return usableZone(Intl.DateTimeFormat().resolvedOptions().timeZone);
}

export function usableZone(zone: string | undefined): string {
  // Chromium reports this for an unknown zone, and does not always accept the name.
  if (!zone || zone === "Etc/Unknown") return "UTC";
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    return "UTC";
  }
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Creating a formatter is slow enough to notice in a long list. */
function clock(zone: string): Intl.DateTimeFormat {
  const known =
    clocks.get(zone) ??
    new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
  clocks.set(zone, known);
  return known;
}

/** The local day and time in a zone at an instant. */
export function wallTime(instant: Date, zone: string): { on: Day; time: string } {
  const parts = Object.fromEntries(
    clock(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  const on = `${String(parts.year).padStart(4, "0")}-${parts.month}-${parts.day}`;
  return { on, time: `${parts.hour}:${parts.minute}` };
}

/** The instant of a local time in a zone. A time that the clocks skip moves forward by the skipped span. */
export function instantOf(on: Day, time: string, zone: string): Date {
  const wanted = Date.parse(`${on}T${time}:00Z`);
  const offset = (instant: number) => {
    const wall = wallTime(new Date(instant), zone);
    return Date.parse(`${wall.on}T${wall.time}:00Z`) - Math.floor(instant / 60_000) * 60_000;
  };
  const before = offset(wanted - DAY_MS);
  const after = offset(wanted + DAY_MS);
  const early = wanted - before;
  // Of a repeated hour, take the first. Count a skipped hour with the offset before the change.
  return new Date(before === after || offset(early) === before ? early : pick(wanted, before, after, offset));
}

function pick(wanted: number, before: number, after: number, offset: (instant: number) => number): number {
  return offset(wanted - after) === after ? wanted - after : wanted - before;
}

const asDate = (day: Day) => new Date(`${day}T00:00:00Z`);
const asDay = (date: Date): Day => date.toISOString().slice(0, 10);

/** null for a day that doesn't exist or that the API doesn't accept. `month` counts from 1. */
export function calendarDay(year: number, month: number, day: number): Day | null {
  if (year < 1000 || year > 9998 || month < 1 || month > 12 || day < 1) return null;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 ? asDay(date) : null;
}

export function addDays(day: Day, days: number): Day {
  return asDay(new Date(asDate(day).getTime() + days * DAY_MS));
}

/** 31 January plus one month is the last day of February. */
export function addMonths(day: Day, months: number): Day {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return asDay(new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))));
}

/** 0 is Monday. */
export function weekday(day: Day): number {
  return (asDate(day).getUTCDay() + 6) % 7;
}

export function daysBetween(from: Day, to: Day): number {
  return (asDate(to).getTime() - asDate(from).getTime()) / DAY_MS;
}
