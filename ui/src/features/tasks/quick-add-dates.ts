/**
 * The dates and times of the quick-add grammar: today, tomorrow, friday, next week, in 3 days, 24 dec, 2026-12-24,
 * each with an optional time (9:00, at 17:30, 5pm). Days are the browser's.
 */
import { dueInDays, dueOn } from "@/lib/dates";
import type { Token } from "./quick-add-token";

type Time = { hours: number; minutes: number };
type Day = (now: Date, words: RegExpExecArray, time?: Time) => Date | null;

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH = `(${MONTHS.join("|")})[a-z]*`;
const WEEKDAY = "(sun|mon|tue|wed|thu|fri|sat)(?:s|nes|rs|ur)?(?:day)?";

function word(pattern: string): RegExp {
  return new RegExp(`(?<=^|\\s)(?:${pattern})(?=\\s|$)`, "iu");
}

const DAYS: [RegExp, Day][] = [
  [word("today|tonight"), (now, _words, time) => dueInDays(now, 0, time)],
  [word("tomorrow|tmr"), (now, _words, time) => dueInDays(now, 1, time)],
  [word("next week"), (now, _words, time) => dueInDays(now, daysUntil(now, 1), time)],
  [word("in (\\d{1,3}) (day|week|month)s?"), inSome],
  [word(`(?:(?:on|next) )?${WEEKDAY}`), onWeekday],
  [
    word("(\\d{4})-(\\d{2})-(\\d{2})"),
    (_now, [, y, m, d], time) => calendarDay(Number(y), Number(m) - 1, Number(d), time),
  ],
  [word(`(?:on )?(\\d{1,2}) ${MONTH}`), (now, [, day, month], time) => nextDate(now, month, day, time)],
  [word(`(?:on )?${MONTH} (\\d{1,2})`), (now, [, month, day], time) => nextDate(now, month, day, time)],
];

const TIME = word("(?:at )?(?:(\\d{1,2})(?::(\\d{2}))? ?(am|pm)|(\\d{1,2}):(\\d{2}))");

/** The first date in the text, the first time, or both; null when there is neither. */
export function findDue(
  input: string,
  now: Date,
  ignored: ReadonlySet<string>,
): { at: Date; tokens: Token[] } | null {
  const timeMatch = accept(TIME.exec(input), ignored);
  const time = timeMatch ? readTime(timeMatch) : null;
  const timeTokens = timeMatch && time ? [asToken(timeMatch)] : [];

  for (const [pattern, day] of DAYS) {
    const match = accept(pattern.exec(input), ignored);
    const at = match && day(now, match, time ?? undefined);
    if (match && at) return { at, tokens: [asToken(match), ...timeTokens] };
  }
  if (!time) return null;
  const today = dueInDays(now, 0, time);
  return { at: today > now ? today : dueInDays(now, 1, time), tokens: timeTokens };
}

function accept(match: RegExpExecArray | null, ignored: ReadonlySet<string>): RegExpExecArray | null {
  return match && !ignored.has(match[0].toLowerCase()) ? match : null;
}

function asToken(match: RegExpExecArray): Token {
  return { kind: "due", text: match[0], start: match.index, end: match.index + match[0].length };
}

function readTime([, hour12, minute12, half, hour24, minute24]: RegExpExecArray): Time | null {
  const minutes = Number(minute12 ?? minute24 ?? 0);
  let hours = Number(hour12 ?? hour24);
  if (half) {
    if (hours < 1 || hours > 12) return null;
    hours = (hours % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
  }
  return hours < 24 && minutes < 60 ? { hours, minutes } : null;
}

function inSome(now: Date, [, count, unit]: RegExpExecArray, time?: Time): Date {
  if (unit?.toLowerCase() === "month") {
    return dueOn(now.getFullYear(), now.getMonth() + Number(count), now.getDate(), time);
  }
  return dueInDays(now, Number(count) * (unit?.toLowerCase() === "week" ? 7 : 1), time);
}

/** "friday" is the next one, never today; "next friday" the one of the coming week. */
function onWeekday(now: Date, [text, short]: RegExpExecArray, time?: Time): Date | null {
  const name = text.toLowerCase().replace(/^(on|next) /, "");
  const weekday = WEEKDAYS.findIndex((day) => day.startsWith(short?.toLowerCase() ?? "?"));
  if (name !== WEEKDAYS[weekday] && name !== short?.toLowerCase()) return null;
  if (!/^next /i.test(text)) return dueInDays(now, daysUntil(now, weekday), time);
  const nextMonday = daysUntil(now, 1);
  return dueInDays(now, nextMonday + ((weekday + 6) % 7), time);
}

/** Days until the next given weekday: 1 to 7. */
function daysUntil(now: Date, weekday: number): number {
  return ((weekday - now.getDay() + 6) % 7) + 1;
}

function nextDate(now: Date, month = "", day = "", time?: Time): Date | null {
  const index = MONTHS.indexOf(month.toLowerCase());
  const thisYear = calendarDay(now.getFullYear(), index, Number(day), time);
  if (!thisYear || thisYear >= now) return thisYear;
  return calendarDay(now.getFullYear() + 1, index, Number(day), time);
}

/** null for a day that the calendar doesn't have. */
function calendarDay(year: number, month: number, day: number, time?: Time): Date | null {
  const due = dueOn(year, month, day, time);
  return due.getMonth() === month && due.getDate() === day ? due : null;
}
