/**
 * Times of day in the add field's text: 5pm, 17:30, at 7, at noon.
 */
import { type Place, type Span, wordBefore } from "./quick-add-place";
import { AFTER, BEFORE, VERSES } from "./quick-add-words";

export type TimeFound = Span & {
  /** "19:00" */
  time: string;
  place: Place;
  /** Before noon if taken literally: "tonight at 8" is 20:00. */
  halfOpen: boolean;
};

type Groups = Record<string, string | undefined>;
type Reading = (groups: Groups, before: string) => Omit<TimeFound, keyof Span> | null;

const AT = "(?<at>(?:due:?\\s+)?(?:at|by|@)\\s+|due:?\\s+)?";
const HOUR = "(?<hour>[0-9]{1,2})";
const WORDS: Record<string, string> = { noon: "12:00", midday: "12:00", midnight: "00:00" };
/** "Look at 7" */
const AIMS = new Set(["look", "looking", "laugh", "laughing", "aim", "stop"]);

const READINGS: [string, Reading][] = [
  [`${AT}${HOUR}(?:[:.](?<minute>[0-9]{2}))?\\s?(?<half>am|pm|a\\.m\\.?|p\\.m\\.?)`, ofTwelve],
  [`${AT}${HOUR}:(?<minute>[0-9]{2})`, ofTwentyFour],
  [`${AT}(?<word>noon|midday|midnight)`, named],
  [`(?:due:?\\s+)?(?:at|@)\\s+${HOUR}(?<clock>\\s+o['’]clock)?`, hourOnly],
];
const PATTERNS = READINGS.map(
  ([pattern, reading]) => [new RegExp(`${BEFORE}${pattern}${AFTER}`, "giu"), reading] as const,
);

/** Every time of day in the text. */
export function findTimes(text: string): TimeFound[] {
  return PATTERNS.flatMap(([pattern, reading]) =>
    Array.from(text.matchAll(pattern), (match) => {
      const found = reading(match.groups ?? {}, wordBefore(text, match.index));
      return found && { start: match.index, end: match.index + match[0].length, ...found };
    }).filter((found) => found !== null),
  ).sort((a, b) => a.start - b.start);
}

function ofTwelve({ at, hour, minute, half = "" }: Groups) {
  const value = Number(hour);
  if (value < 1 || value > 12) return null;
  const time = clockTime((value % 12) + (/^p/i.test(half) ? 12 : 0), Number(minute ?? 0));
  return time ? ({ time, place: at ? "anywhere" : "edge", halfOpen: false } as const) : null;
}

/** "John 3:16" names a verse. */
function ofTwentyFour({ at, hour, minute }: Groups, before: string) {
  const time = clockTime(Number(hour), Number(minute));
  if (!time || (!at && VERSES.has(before))) return null;
  return { time, place: at ? "anywhere" : "beside", halfOpen: isHalfOpen(hour) } as const;
}

function named({ at, word = "" }: Groups) {
  const time = WORDS[word.toLowerCase()] ?? "12:00";
  return { time, place: at ? "anywhere" : "beside", halfOpen: false } as const;
}

function hourOnly({ hour, clock }: Groups, before: string) {
  const time = clockTime(Number(hour), 0);
  if (!time || Number(hour) < 1 || AIMS.has(before)) return null;
  return { time, place: clock ? "anywhere" : "last", halfOpen: isHalfOpen(hour) } as const;
}

const isHalfOpen = (hour: string | undefined) => Number(hour) >= 1 && Number(hour) < 12;

function clockTime(hours: number, minutes: number): string | null {
  if (hours > 23 || minutes > 59) return null;
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

/** The same time in the second half of the day. */
export function afternoon(time: string): string {
  return `${Number(time.slice(0, 2)) + 12}${time.slice(2)}`;
}
