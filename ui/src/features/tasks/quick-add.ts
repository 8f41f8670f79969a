/**
 * The grammar of the add field: "pay rent tomorrow 9:00 !high #home".
 *
 * Recognized words are removed from the title and returned as tokens. The field shows them, and the user can reject
 * them (`ignored`, in lower case).
 */
import { LIMITS } from "@/lib/api/limits";
import type { NewTask, Priority } from "@/lib/api/types";
import { type Due, wallTime } from "@/lib/calendar";
import { dueFields } from "@/lib/dates";
import type { Filters } from "./filters";
import { type Clock, findDue } from "./quick-add-dates";
import type { Token } from "./quick-add-token";
import { AFTER, BEFORE, repeats } from "./quick-add-words";

export type QuickAdd = {
  title: string;
  priority: Priority;
  due: Due | null;
  tags: string[];
  tokens: Token[];
  /** "every monday": there are no repeating tasks, so it stays text. */
  repeats: boolean;
};

const PRIORITIES: Record<string, Priority> = {
  "1": "urgent",
  "2": "high",
  "3": "medium",
  "4": "low",
  urgent: "urgent",
  high: "high",
  medium: "medium",
  med: "medium",
  low: "low",
};

const PRIORITY = new RegExp(`${BEFORE}!(urgent|high|medium|med|low|[1-4])${AFTER}`, "giu");
/** Letters and digits of every script with their marks, and emoji with joiners and modifiers. */
const TAG_CHARACTER = String.raw`[\p{L}\p{N}\p{M}\p{So}\u{1F3FB}-\u{1F3FF}\u{E0020}-\u{E007F}\u200C\u200D_/-]`;
const TAG = new RegExp(`${BEFORE}#(?=[\\p{L}\\p{N}\\p{So}])${TAG_CHARACTER}{1,40}${AFTER}`, "gu");
/** "#42" is the number of something. */
const NUMBER = /^#[\p{N}_/-]+$/u;

/** Calendar, clock and order of day and month where the user is. `locale` is the browser's own. */
export function clockIn(now: Date, zone: string, locale: string): Clock {
  const order = new Intl.DateTimeFormat(locale, { day: "numeric", month: "numeric" })
    .formatToParts(now)
    .map(({ type }) => type);
  return { ...wallTime(now, zone), monthFirst: order.indexOf("month") < order.indexOf("day") };
}

export function parseQuickAdd(input: string, clock: Clock, ignored: Iterable<string> = []): QuickAdd {
  const text = withoutIgnored(input, ignored);
  const priority = matches(text, PRIORITY, "priority").slice(0, 1);
  const tags = matches(text, TAG, "tag")
    .filter((token) => !NUMBER.test(token.text))
    .slice(0, LIMITS.tags);
  const words = blanked(text, [...priority, ...tags]);
  const due = findDue(words, clock);
  const dates = due?.spans.map(({ start, end }) => token("due", input, start, end)) ?? [];
  const tokens = [...priority, ...tags, ...dates].sort((a, b) => a.start - b.start);

  const title = without(input, tokens);
  // A title made of tokens only ("tomorrow") is a title after all.
  if (!title)
    return { title: input.trim(), priority: "none", due: null, tags: [], tokens: [], repeats: false };
  return {
    title,
    priority: PRIORITIES[priority[0]?.text.slice(1).toLowerCase() ?? ""] ?? "none",
    due: due?.due ?? null,
    tags: [...new Set(tags.map(({ text }) => text.slice(1).normalize("NFC").toLowerCase()))],
    tokens,
    repeats: repeats(words),
  };
}

function token(kind: Token["kind"], input: string, start: number, end: number): Token {
  return { kind, text: input.slice(start, end), start, end };
}

function matches(input: string, pattern: RegExp, kind: Token["kind"]): Token[] {
  return Array.from(input.matchAll(pattern), ({ 0: { length }, index }) =>
    token(kind, input, index, index + length),
  );
}

/** Replaces rejected words with meaningless ones of the same length. */
function withoutIgnored(input: string, ignored: Iterable<string>): string {
  let text = input;
  for (const word of ignored) {
    const found = new RegExp(`${BEFORE}${word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")}${AFTER}`, "giu");
    text = text.replace(found, ({ length }) => "\uFFFC".repeat(length));
  }
  return text;
}

function blanked(input: string, tokens: Token[]): string {
  return tokens.reduce(
    (text, { start, end }) => text.slice(0, start) + " ".repeat(end - start) + text.slice(end),
    input,
  );
}

/** The text without the tokens and their punctuation. */
function without(input: string, tokens: Token[]): string {
  const kept = tokens.reduceRight((text, { start, end }) => text.slice(0, start) + text.slice(end), input);
  const plain = kept.replace(/\s+/g, " ").trim();
  if (!tokens.length) return plain;
  return plain
    .replace(/ ([.,;:!?…])(?=[.,;:!?… ]|$)/gu, "$1")
    .replace(/^(?:[.,;:!?…–—-]+(?: |$))+/u, "")
    .replace(/(?: [–—-]|[,;:])+$/u, "")
    .trim();
}

/** The rejected words that are still in the text. A rejection applies to one text only. */
export function stillIn(text: string, rejected: readonly string[]): readonly string[] {
  const words = text.toLowerCase();
  return rejected.filter((word) => words.includes(word));
}

/** The typed task, plus what the current view needs to show it. */
export function newTask(parsed: QuickAdd, filters: Filters, clock: Clock, zone: string): NewTask {
  const { title, priority, tags } = parsed;
  const due = parsed.due ?? (filters.due === "today" ? { on: clock.on, time: null } : null);
  const onlyPriority = filters.priorities.length === 1 ? filters.priorities[0] : undefined;
  return {
    title,
    priority: priority === "none" ? (onlyPriority ?? "none") : priority,
    ...dueFields(due, zone),
    tags: [...new Set([...tags, ...filters.tags])],
  };
}
