/**
 * Whether an expression is a date or part of the title, by its position in the text.
 */
import { KEEPERS } from "./quick-add-words";

/**
 * anywhere: it can't be anything else ("on friday", "2027-02-28"). edge: at the start, at the end, or before a word
 * such as "with" or "about" ("call mum friday about the party", but not "prepare friday presentation"). end: the same
 * without the start. last: nothing else follows. beside: only with a time (or, for a time, a date) beside it.
 */
export type Place = "anywhere" | "edge" | "end" | "last" | "beside";
export type Span = { start: number; end: number };

const NOTHING = /^[\s.,;:!?…]*$/u;
const PUNCTUATION = /^[.,;:!?…–—-]|^\s+[–—-]\s/u;
const AFTER_EDGE =
  /^\s+(?:with|about|at|in|and|for|from|before|after|because|if|when|via|re|regarding|to|on|near|then|but|so)(?!\S)/iu;
const AFTER_END =
  /^\s+(?:with|about|at|in|before|after|because|if|when|via|re|regarding|on|near|then|but|so)(?!\S)/iu;

export function stands(text: string, { start, end }: Span, place: Place): boolean {
  if (place === "anywhere") return true;
  if (place === "beside") return false;
  const rest = text.slice(end);
  if (NOTHING.test(rest)) return true;
  if (place === "last") return /^\s+with(?!\S)/iu.test(rest);
  if (PUNCTUATION.test(rest)) return true;
  if (place === "end") return AFTER_END.test(rest);
  return AFTER_EDGE.test(rest) || NOTHING.test(text.slice(0, start));
}

/** The previous word in lower case, letters only. */
export function wordBefore(text: string, start: number): string {
  return /(?<!\S)([\p{L}\p{M}]+)\s*$/u.exec(text.slice(0, start))?.[1]?.toLowerCase() ?? "";
}

export function keptByWord(text: string, { start }: Span): boolean {
  return KEEPERS.has(wordBefore(text, start));
}

/** "Tomorrow Never Dies", "Friday Night Lights": two capitalized words are a name. */
export function isName(text: string, { start, end }: Span): boolean {
  return /^\p{Lu}/u.test(text.slice(start)) && /^\s+\p{Lu}/u.test(text.slice(end));
}

const JOINED = /^\s*(?:,|-|–|—|&|\/|and|or|to|till|until|through|thru|\+)?\s*$/iu;
const ALTERNATIVE = /^\s+(?:or|to)(?!\S)/iu;

/** Expressions in a list or a range ("today and tomorrow", "monday to friday", "in a week or two"). */
export function joined<S extends Span>(text: string, spans: S[]): Set<S> {
  const inOrder = spans.toSorted((a, b) => a.start - b.start);
  const found = new Set<S>();
  for (const [index, span] of inOrder.entries()) {
    const next = inOrder[index + 1];
    if (next && JOINED.test(text.slice(span.end, next.start))) found.add(span).add(next);
  }
  return found;
}

export const hasAlternative = (text: string, { end }: Span): boolean => ALTERNATIVE.test(text.slice(end));

/** Of overlapping expressions, the longest. */
export function longest<S extends Span>(spans: S[]): S[] {
  const kept: S[] = [];
  for (const span of spans.toSorted((a, b) => b.end - b.start - (a.end - a.start))) {
    if (!kept.some((other) => span.start < other.end && other.start < span.end)) kept.push(span);
  }
  return kept.toSorted((a, b) => a.start - b.start);
}
