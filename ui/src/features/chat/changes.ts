/**
 * What a confirmation would change, in words: each field of a task before and after.
 */
import { PRIORITY_NAMES } from "@/components/priority";
import type { Confirmation, Task } from "@/lib/api/types";
import { dueOf, formatDue, localTimeZone, today } from "@/lib/dates";
import type { Exchange } from "./exchange";

export type ProposedChange = Confirmation["changes"][number];

export type Difference = { field: string; before: string; after: string };

const NONE = "none";

export function differences({ before, after }: ProposedChange, now: Date): Difference[] {
  const was = before ? inWords(before, now) : null;
  const becomes = inWords(after, now);
  return Object.entries(becomes)
    .map(([field, words]) => ({ field, before: was?.[field] ?? NONE, after: words }))
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
