/**
 * What a confirmation would change, in words: each field of a task before and after.
 */
import { PRIORITY_NAMES } from "@/components/priority";
import type { Confirmation, Task } from "@/lib/api/types";
import { dueOf, formatDue, localTimeZone, today } from "@/lib/dates";
import type { Exchange } from "./exchange";

export type ProposedChange = Confirmation["changes"][number];

/** `before` is null for a new task. */
export type Difference = { field: string; before: string | null; after: string };

const NONE = "none";
/** Of a new task: its title stands above, and it is open. */
const IMPLIED = new Set(["Title", "Status"]);

export function differences({ before, after }: ProposedChange, now: Date): Difference[] {
  const becomes = Object.entries(inWords(after, now));
  if (!before) {
    const said = becomes.filter(([field, words]) => !IMPLIED.has(field) && words !== NONE);
    return said.map(([field, words]) => ({ field, before: null, after: words }));
  }
  const was = inWords(before, now);
  return becomes
    .map(([field, words]) => ({ field, before: was[field] ?? NONE, after: words }))
    .filter((difference) => difference.before !== difference.after);
}

function inWords(task: Task, now: Date): Record<string, string> {
  const zone = localTimeZone();
  const due = dueOf(task, zone);
  return {
    Title: task.title,
    Due: due ? formatDue(due, today(now, zone)) : NONE,
    Priority: task.priority === "none" ? NONE : PRIORITY_NAMES[task.priority],
    Tags: task.tags.map((tag) => `#${tag}`).join(" ") || NONE,
    Notes: task.notes || NONE,
    Status: task.completed ? "completed" : "open",
  };
}

const ASKING = /\b(?:button|confirm\w*)\b/i;

/** The answer's text without the sentences that ask for a click, once there is nothing to click. */
export function withoutRequest(text: string): string {
  const sentences = text.split(/(?<=[.!?…])(?=\s)/);
  return sentences
    .filter((sentence) => !ASKING.test(sentence))
    .join("")
    .trim();
}

/** The remaining text of an answer in which nothing waits for a decision. */
export function shownText({ text, calls, status }: Exchange): string {
  const undecided = calls.some(({ state }) => state === "awaiting" || state === "running");
  return status !== "done" || calls.length === 0 || undecided ? text : withoutRequest(text);
}
