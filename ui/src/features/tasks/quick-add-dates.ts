/**
 * Finds the due date in the add field's text: the last day and time that can't be part of the title. They are removed
 * from the title together with the words that belong to them ("by", "on", "this").
 */
import type { Due } from "@/lib/calendar";
import { addDays } from "@/lib/calendar";
import { type DayFound, findDays } from "./quick-add-days";
import { isName, joined, keptByWord, longest, type Span, stands } from "./quick-add-place";
import { afternoon, findTimes, type TimeFound } from "./quick-add-times";
import { AFTER, PARTS, repeats } from "./quick-add-words";

export type Clock = {
  /** Today, and the time of day now, in the user's zone. */
  on: string;
  time: string;
  /** 12/24 is Christmas Eve. */
  monthFirst: boolean;
};
export type DueFound = { due: Due; spans: Span[] };

type Whole = Span & { day: DayFound; time: TimeFound | null; part: string | null };

const PART = new RegExp(`^\\s+(?:in the\\s+)?(${Object.keys(PARTS).join("|")})${AFTER}`, "iu");
const BETWEEN = /^\s*,?\s+$/u;

export function findDue(text: string, clock: Clock): DueFound | null {
  if (repeats(text)) return null;
  const times = longest(findTimes(text));
  const ranges = joined(text, times);
  const single = times.filter((time) => !ranges.has(time) && !keptByWord(text, time));
  const all = longest(findDays(text, clock.on, clock.monthFirst)).map((day) => withTime(text, day, single));
  const lists = joined(text, all);
  const wholes = all.filter((whole) => !lists.has(whole) && isDate(text, whole));
  const whole = wholes.at(-1);
  const alone = single.filter(
    (time) => !all.some((other) => overlaps(time, other)) && stands(text, time, time.place),
  );
  if (whole) return dueOf(whole, alone.at(-1) ?? null, clock);
  // A time in a list of days belongs to the whole list.
  const time = lists.size ? undefined : alone.at(-1);
  if (!time) return null;
  const on = time.time > clock.time ? clock.on : addDays(clock.on, 1);
  return { due: { on, time: time.time }, spans: [time] };
}

function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

/** A day, with the adjacent part of the day and time. */
function withTime(text: string, day: DayFound, times: TimeFound[]): Whole {
  const part = day.named ? PART.exec(text.slice(day.end)) : null;
  const end = day.end + (part?.[0].length ?? 0);
  const after = times.find((time) => time.start > end && BETWEEN.test(text.slice(end, time.start)));
  if (after) return { start: day.start, end: after.end, day, time: after, part: part?.[1] ?? null };
  const before = times.find((time) => time.end < day.start && BETWEEN.test(text.slice(time.end, day.start)));
  const start = before?.start ?? day.start;
  return { start, end, day, time: before ?? null, part: part?.[1] ?? null };
}

function isDate(text: string, whole: Whole): boolean {
  if (keptByWord(text, whole) || isName(text, whole.day)) return false;
  return Boolean(whole.time || whole.part) || stands(text, whole, whole.day.place);
}

function dueOf(whole: Whole, elsewhere: TimeFound | null, clock: Clock): DueFound {
  const found = whole.time ?? elsewhere;
  const spans = elsewhere && !whole.time ? [whole, elsewhere] : [whole];
  const { on } = whole.day;
  const part = whole.part?.toLowerCase() ?? partOf(whole.day);
  if (found) {
    const late = part && part !== "morning" && found.halfOpen;
    return { due: { on, time: late ? afternoon(found.time) : found.time }, spans };
  }
  const time = (part && PARTS[part]) ?? null;
  // If that part of today has begun, the task gets no time, which would make it overdue.
  const over = on === clock.on && time !== null && time <= clock.time;
  return { due: { on, time: over ? null : time }, spans };
}

const partOf = (day: DayFound): string | null => (day.tonight ? "night" : (day.part ?? null));
