/**
 * The changes that can be undone, newest last, and those that have been and can be done again. Undoing is a change like
 * any other: it goes through the outbox, and the server restores exactly what was.
 */
import type { QueryClient } from "@tanstack/react-query";
import { addChange, discardChange, readBox } from "@/features/outbox/current";
import { type Before, isStuck } from "@/features/outbox/entry";
import { createStore } from "@/lib/store";
import { findTask } from "./cache";

/** One change of the server's, by the key it was sent under or by the id of its change set. */
type Part = { key?: string; changeId?: string; before: Before[] };
export type Step = {
  label: string;
  parts: Part[] /** Steps of one group, such as the saves of one text, are undone together. */;
  group?: string;
};

/** As many as a person remembers. */
const LONGEST = 100;

const history = createStore<{ done: readonly Step[]; undone: readonly Step[] }>({ done: [], undone: [] });

export function recordStep(step: Step): void {
  const { done, undone } = history.read();
  // An answer of the assistant that is continued reports its earlier changes again.
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

/** Takes one step back: this one, or the last. False when there is none. */
export function undo(client: QueryClient, step = history.read().done.at(-1)): boolean {
  const { done, undone } = history.read();
  // A step that others have joined is another object, so look for its first part.
  const target = done.find(({ parts }) => step && parts[0] === step.parts[0]);
  if (!target) return false;
  const back = takeBack(client, target);
  history.write({ done: done.filter((other) => other !== target), undone: [...undone, back] });
  return true;
}

export function redo(client: QueryClient): boolean {
  const { done, undone } = history.read();
  const step = undone.at(-1);
  if (!step) return false;
  const again = takeBack(client, step);
  history.write({ done: [...done, again], undone: undone.slice(0, -1) });
  return true;
}

/** The step that would do it again. */
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

/** Any time will do: it marks a task as deleted. */
const GONE = "1970-01-01T00:00:00Z";

/** How a new task was before it was added. */
export const absent = (task: Before["task"]): Before => ({
  task: { ...task, deleted_at: GONE },
  fields: ["deleted_at"],
});
