/**
 * Times of day in the add field's text: 5pm, 17:30, at 7, at noon.
 */
import { type Place, type Span, wordBefore } from "./quick-add-place";
import { AFTER, BEFORE, VERSES } from "./quick-add-words";

export type TimeFound = Span & {
  /** "19:00" */
  time: string;
  place: Place;
  /** Before noon by the number alone: "tonight at 8" is 20:00. */
  halfOpen: boolean;
};

const TIME =
  "(?<at>(?:due:?\\s+)?(?:at|by|@)\\s+|due:?\\s+)?" +
  "(?:(?<h12>[0-9]{1,2})(?:[:.](?<m12>[0-9]{2}))?\\s?(?<half>am|pm|a\\.m\\.?|p\\.m\\.?)" +
  "|(?<h24>[0-9]{1,2}):(?<m24>[0-9]{2})|(?<word>noon|midday|midnight)|(?<hour>[0-9]{1,2})(?<clock>\\s+o['’]clock)?)";
const WORDS: Record<string, string> = { noon: "12:00", midday: "12:00", midnight: "00:00" };
const NOT_A_TIME = new Set(["look", "looking", "laugh", "laughing", "aim", "stop"]);

/** Every time in the text, in order, wherever it stands. */
export function findTimes(text: string): TimeFound[] {
  const all = Array.from(text.matchAll(new RegExp(`${BEFORE}${TIME}${AFTER}`, "giu")), (match) =>
    timeOf(text, match),
  );
  return all.filter((found) => found !== null);
}

function timeOf(text: string, match: RegExpExecArray): TimeFound | null {
  const { at, h12, m12, half, h24, m24, word, hour, clock } = match.groups ?? {};
  const span = { start: match.index, end: match.index + match[0].length };
  if (word) {
    const time = WORDS[word.toLowerCase()] ?? "12:00";
    return { ...span, time, place: at ? "anywhere" : "beside", halfOpen: false };
  }
  if (half) {
    const value = clockTime((Number(h12) % 12) + (/^p/i.test(half) ? 12 : 0), Number(m12 ?? 0));
    const valid = value && Number(h12) >= 1 && Number(h12) <= 12;
    return valid ? { ...span, time: value, place: at ? "anywhere" : "edge", halfOpen: false } : null;
  }
  const time = clockTime(Number(h24 ?? hour), Number(m24 ?? 0));
  if (!time) return null;
  const halfOpen = Number(h24 ?? hour) >= 1 && Number(h24 ?? hour) < 12;
  if (h24) return verse(text, span, at) ? null : { ...span, time, place: at ? "anywhere" : "beside", halfOpen };
  if (!/(?:at|@)\s+$/iu.test(at ?? "") || Number(hour) < 1) return null;
  if (NOT_A_TIME.has(wordBefore(text, span.start))) return null;
  return { ...span, time, place: clock ? "anywhere" : "last", halfOpen };
}

/** "John 3:16" names a verse. */
function verse(text: string, { start }: Span, at: string | undefined): boolean {
  return !at && VERSES.has(wordBefore(text, start));
}

function clockTime(hours: number, minutes: number): string | null {
  if (hours > 23 || minutes > 59) return null;
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

/** The same time in the second half of the day. */
export function afternoon(time: string): string {
  return `${Number(time.slice(0, 2)) + 12}${time.slice(2)}`;
}
