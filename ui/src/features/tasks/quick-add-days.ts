/**
 * Days in the add field's text: tomorrow, by friday, in two weeks, 24 dec 2027, 31.12., 24/12.
 *
 * A year has four digits. A day without a year is the next one that exists, today included.
 */
import { addDays, addMonths, calendarDay, type Day, weekday } from "@/lib/calendar";
import { hasAlternative, type Place, type Span, wordBefore } from "./quick-add-place";
import * as words from "./quick-add-words";

export type DayFound = Span & {
  on: Day;
  place: Place;
  /** "tonight": the evening, if no time is named. */
  tonight?: boolean;
  /** "this morning" */
  part?: string;
  /** A part of the day may follow: "friday evening". */
  named?: boolean;
};

type Context = { today: Day; monthFirst: boolean; text: string; span: Span };
type Groups = Record<string, string | undefined>;
type Reading = (groups: Groups, context: Context) => Omit<DayFound, keyof Span> | null;

const WEEKDAY_FIRST = `(?<first>(?:${words.WHOLE_WEEKDAY}|${words.SHORT_WEEKDAY})\\.?,?\\s+)?`;
const YEAR = "(?:,?\\s+(?<y>(?:19|20|21)[0-9]{2}))?";
const DATE = "(?<d>[0-9]{1,2})";
const ORDINAL = "(?<ord>st|nd|rd|th)";
const COUNT = Object.keys(words.NUMBERS).join("|");

const READINGS: [string, Reading][] = [
  ["(?<name>(?:the\\s+)?day after tomorrow|today|tonight|tomorrow|tmrw|tmr)", named],
  ["this (?<part>morning|afternoon|evening)", thisPart],
  ["next (?<unit>week|month)", nextUnit],
  ["this weekend", (_groups, { today }) => anywhere(weekday(today) > 5 ? today : upcoming(today, 5, true))],
  ["(?<at>at\\s+)?(?:the\\s+)?end of (?:the\\s+|this\\s+)?(?<unit>week|month)", endOf],
  [`in (?<n>[0-9]{1,3}|${COUNT}) (?<unit>day|week|month|year)s?(?: time)?`, inSome],
  [
    `(?:(?<which>this|next)\\s+)?(?:(?<whole>${words.WHOLE_WEEKDAY})|(?<short>${words.SHORT_WEEKDAY}))`,
    onWeekday,
  ],
  [`${WEEKDAY_FIRST}(?<y>[0-9]{4})-(?<m>[0-9]{2})-(?<d>[0-9]{2})`, exact],
  [`${WEEKDAY_FIRST}${DATE}\\.(?<m>[0-9]{1,2})\\.(?<y>[0-9]{4})?`, dotted],
  [`${WEEKDAY_FIRST}(?<a>[0-9]{1,2})/(?<b>[0-9]{1,2})(?:/(?<y>[0-9]{4}))?`, slashed],
  [
    `${WEEKDAY_FIRST}(?:the\\s+)?${DATE}${ORDINAL}?\\.?\\s+(?<of>of\\s+)?(?<month>${words.MONTH})${YEAR}`,
    inMonth,
  ],
  [`${WEEKDAY_FIRST}(?<month>${words.MONTH})\\s+(?:the\\s+)?${DATE}${ORDINAL}?${YEAR}`, monthFirst],
  [`the ${DATE}${ORDINAL}`, dayOfMonth],
];
const PATTERNS = READINGS.map(
  ([pattern, reading]) =>
    [new RegExp(`${words.BEFORE}${words.LEAD}(?:${pattern})${words.AFTER}`, "giu"), reading] as const,
);

/** Every day in the text, except those inside longer ones. */
export function findDays(text: string, today: Day, monthFirst: boolean): DayFound[] {
  return PATTERNS.flatMap(([pattern, reading]) =>
    Array.from(text.matchAll(pattern), (match): DayFound | null => {
      const span = { start: match.index, end: match.index + match[0].length };
      const found = reading(match.groups ?? {}, { today, monthFirst, text, span });
      return found && { ...span, ...found };
    }).filter((found) => found !== null),
  );
}

function placed(on: Day | null, place: Place) {
  return on ? { on, place } : null;
}

const anywhere = (on: Day | null) => placed(on, "anywhere");

function named({ name = "" }: Groups, { today }: Context) {
  const word = name.toLowerCase();
  const days = word.startsWith("tod") || word === "tonight" ? 0 : word.includes("after") ? 2 : 1;
  const found = { on: addDays(today, days), place: "anywhere" } as const;
  return { ...found, tonight: word === "tonight", named: word !== "tonight" };
}

function thisPart({ part = "" }: Groups, { today }: Context) {
  return { on: today, place: "anywhere", part: part.toLowerCase() } as const;
}

function nextUnit({ unit = "" }: Groups, { today }: Context) {
  if (unit.toLowerCase() === "week") return anywhere(upcoming(today, 0));
  return anywhere(`${addMonths(today, 1).slice(0, 8)}01`);
}

/** Only with "by" or "at", because "the end of the week" may be the subject of the task. */
function endOf({ lead, at, unit = "" }: Groups, { today }: Context) {
  if (!lead && !at) return null;
  if (unit.toLowerCase() === "week") return anywhere(upcoming(today, 4, true));
  return anywhere(addDays(`${addMonths(today, 1).slice(0, 8)}01`, -1));
}

function inSome({ n = "", unit = "" }: Groups, { today, text, span }: Context) {
  const count = words.NUMBERS[n.toLowerCase()] ?? Number(n);
  if (count < 1 || hasAlternative(text, span)) return null;
  const name = unit.toLowerCase();
  if (name === "month" || name === "year")
    return anywhere(addMonths(today, count * (name === "year" ? 12 : 1)));
  return anywhere(addDays(today, count * (name === "week" ? 7 : 1)));
}

/** "friday" is the next one, never today; "this friday" may be today; "next friday" is the one of next week. */
function onWeekday({ lead, which, whole, short }: Groups, { today }: Context) {
  const number = words.weekdayNumber(whole ?? short ?? "");
  const monday = upcoming(today, 0);
  const next = which?.toLowerCase() === "next";
  const on = next ? addDays(monday, number) : upcoming(today, number, Boolean(which));
  const marked = Boolean(lead || which);
  if (whole) return { on, place: marked ? "anywhere" : "edge", named: true } as const;
  const isWord = /^(?:sat|sun|wed)$/i.test(short ?? "");
  return { on, place: marked || !isWord ? "end" : "beside", named: true } as const;
}

function exact({ y, m, d }: Groups) {
  return anywhere(calendarDay(Number(y), Number(m), Number(d)));
}

function dotted({ lead, first, y, m, d }: Groups, { today, text, span }: Context) {
  const on = y ? calendarDay(Number(y), Number(m), Number(d)) : nextOne(today, Number(m), Number(d));
  if (!on || words.COUNTED.has(wordBefore(text, span.start))) return null;
  return placed(on, lead || first || y ? "anywhere" : "edge");
}

/** Day and month in the browser's order, unless only the other order is a date. */
function slashed({ lead = "", first, a, b, y }: Groups, context: Context) {
  const { today, text, span, monthFirst } = context;
  const plain = !/on\s+$|due:?\s+$/iu.test(lead) && !first && !y;
  if (plain && words.FRACTION.test(`${a}/${b}`)) return null;
  if (words.COUNTED.has(wordBefore(text, span.start))) return null;
  const read = (month: number, day: number) =>
    y ? calendarDay(Number(y), month, day) : nextOne(today, month, day);
  const [usual, other] = [read(Number(a), Number(b)), read(Number(b), Number(a))];
  const on = monthFirst ? (usual ?? other) : (other ?? usual);
  return placed(on, lead || first || y ? "anywhere" : "end");
}

function inMonth({ lead, first, d, ord, of, month = "", y }: Groups, { today }: Context) {
  const on = dated(today, y, month, d);
  if (lead || first || ord || of || y) return anywhere(on);
  const isWord = /^(?:jan|mar|march|may)\.?$/i.test(month);
  return placed(on, isWord ? "end" : "edge");
}

function monthFirst({ lead, first, d, ord, month = "", y }: Groups, { today }: Context) {
  const on = dated(today, y, month, d);
  if (lead || first || ord || y) return anywhere(on);
  const isWord = words.MONTH_WORDS.has(month.toLowerCase().replace(".", ""));
  return placed(on, isWord ? "end" : "edge");
}

/** "by the 24th", but not "on the 3rd floor". */
function dayOfMonth({ lead, d }: Groups, { today }: Context) {
  if (!lead) return null;
  for (let month = 0; month < 12; month++) {
    const first = addMonths(`${today.slice(0, 8)}01`, month);
    const on = calendarDay(Number(first.slice(0, 4)), Number(first.slice(5, 7)), Number(d));
    if (on && on >= today) return placed(on, "last");
  }
  return null;
}

function dated(today: Day, year: string | undefined, month: string, day: string | undefined): Day | null {
  const number = words.monthNumber(month);
  return year ? calendarDay(Number(year), number, Number(day)) : nextOne(today, number, Number(day));
}

/** In this year or a later one; 29 February may be eight years away. */
function nextOne(today: Day, month: number, day: number): Day | null {
  const year = Number(today.slice(0, 4));
  for (let ahead = 0; ahead <= 8; ahead++) {
    const on = calendarDay(year + ahead, month, day);
    if (on && on >= today) return on;
  }
  return null;
}

/** The next such weekday (0 is Monday), counted from tomorrow or from today. */
function upcoming(today: Day, number: number, todayCounts = false): Day {
  const from = todayCounts ? today : addDays(today, 1);
  return addDays(from, (number - weekday(from) + 7) % 7);
}
