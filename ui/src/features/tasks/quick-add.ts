/**
 * The grammar of the add field: "pay rent tomorrow 9:00 !high #home".
 *
 * Words that mean something are taken out of the title and reported as tokens, so that the field can show what was
 * understood, and the user can reject it (`ignored`).
 */
import { LIMITS } from "@/lib/api/limits";
import type { Priority } from "@/lib/api/types";
import { findDue } from "./quick-add-dates";
import type { Token } from "./quick-add-token";

export type QuickAdd = {
  title: string;
  priority: Priority;
  due: Date | null;
  tags: string[];
  tokens: Token[];
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

const PRIORITY = /(?<=^|\s)!(urgent|high|medium|med|low|[1-4])(?=\s|$)/giu;
const TAG = /(?<=^|\s)#([\p{L}\p{N}][\p{L}\p{N}_/-]{0,39})(?=\s|$)/gu;

export function parseQuickAdd(input: string, now: Date, ignored: ReadonlySet<string> = new Set()): QuickAdd {
  const wanted = (token: Token) => !ignored.has(token.text.toLowerCase());
  const priority = matches(input, PRIORITY, "priority").filter(wanted).slice(0, 1);
  const tags = matches(input, TAG, "tag").filter(wanted).slice(0, LIMITS.tags);
  const due = findDue(input, now, ignored);
  const tokens = [...priority, ...tags, ...(due?.tokens ?? [])].sort((a, b) => a.start - b.start);

  const title = without(input, tokens);
  // A title made of tokens only ("tomorrow") is a title after all.
  if (!title) return { title: input.trim(), priority: "none", due: null, tags: [], tokens: [] };
  return {
    title,
    priority: PRIORITIES[priority[0]?.text.slice(1).toLowerCase() ?? ""] ?? "none",
    due: due?.at ?? null,
    tags: [...new Set(tags.map(({ text }) => text.slice(1).toLowerCase()))],
    tokens,
  };
}

function matches(input: string, pattern: RegExp, kind: Token["kind"]): Token[] {
  return Array.from(input.matchAll(pattern), (match) => ({
    kind,
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function without(input: string, tokens: Token[]): string {
  const kept = tokens.reduceRight((text, { start, end }) => text.slice(0, start) + text.slice(end), input);
  return kept.replace(/\s+/g, " ").trim();
}
