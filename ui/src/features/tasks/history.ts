/**
 * The changes that can be undone or redone, newest last. Undo is a change like any other: it goes through the outbox,
 * and the server restores the previous state exactly.
 */
import type { QueryClient } from "@tanstack/react-query";
import { dismissAbout } from "@/components/toast/toast-store";
import { addChange, discardChange, readBox } from "@/features/outbox/current";
import { type Before, isStuck } from "@/features/outbox/entry";
import { createStore } from "@/lib/store";
import { findTask } from "./cache";

/** One change on the server, by its Idempotency-Key or by the id of its change set. */
type Part = { key?: string; changeId?: string; before: Before[] };
export type Step = {
  label: string;
  parts: Part[];
  /** Steps of one group, such as the saves of one text, are undone together. */
  group?: string;
};

/** As many as a person remembers. */
const LONGEST = 100;

const history = createStore<{ done: readonly Step[]; undone: readonly Step[] }>({ done: [], undone: [] });

export function recordStep(step: Step): void {
  const { done, undone } = history.read();
  // When the assistant continues an answer, it reports the earlier changes again.
  const id = step.parts[0]?.changeId;
  if (id && [...done, ...undone].some(({ parts }) => parts.some(({ changeId }) => changeId === id))) return;
  const last = done.at(-1);
  const joined = step.group && last?.group === step.group;
  const next = joined
    ? [...done.slice(0, -1), { ...last, parts: [...last.parts, ...step.parts] }]
    : [...done, step];
  history.write({ done: next.slice(-LONGEST), undone: [] });
}

export function clearHistory(): void {
  history.write({ done: [], undone: [] });
}

/** Undoes this step, or the last one. Returns the undone step, or undefined if there is none. */
export function undo(client: QueryClient, step = history.read().done.at(-1)): Step | undefined {
  const { done, undone } = history.read();
  // Joining steps creates a new object, so find the step by its first part.
  const target = done.find(({ parts }) => step && parts[0] === step.parts[0]);
  if (!target) return undefined;
  target.parts.forEach(dismissAbout); // their buttons have nothing left to undo
  const back = takeBack(client, target);
  history.write({ done: done.filter((other) => other !== target), undone: [...undone, back] });
  return target;
}

export function redo(client: QueryClient): Step | undefined {
  const { done, undone } = history.read();
  const step = undone.at(-1);
  if (!step) return undefined;
  const again = takeBack(client, step);
  history.write({ done: [...done, again], undone: undone.slice(0, -1) });
  return step;
}

/** The step that redoes this one. */
function takeBack(client: QueryClient, { label, parts }: Step): Step {
  const inverse = parts.toReversed().flatMap(({ key, changeId, before }): Part[] => {
    const entry = readBox().entries.find((candidate) => candidate.key === key);
    if (entry && isStuck(entry)) {
      discardChange(entry.key);
      return [];
    }
    const now = before.map(({ task, fields }) => ({
      task: findTask(client, task.id) ?? { ...task, deleted_at: GONE },
      fields,
    }));
    const ids = before.map(({ task }) => task.id);
    return [{ key: addChange({ kind: "undo", of: key, changeId, before }, ids).key, before: now }];
  });
  return { label, parts: inverse };
}

/** Marks a task as deleted. The time itself does not matter. */
const GONE = "1970-01-01T00:00:00Z";

/** The state of a new task before it was added. */
export const absent = (task: Before["task"]): Before => ({
  task: { ...task, deleted_at: GONE },
  fields: ["deleted_at"],
});
