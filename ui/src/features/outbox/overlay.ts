/**
 * The tasks with the changes that the server has not confirmed yet. Fetched data stays untouched, so a discarded change
 * leaves no trace.
 */
import type { BulkRequest, Task } from "@/lib/api/types";
import { type Change, type Entry, isStuck, localId, type Patch } from "./entry";

/** A task after one change, or null if the change deletes it. */
export function withEntry(task: Task, entry: Entry): Task | null {
  const { change } = entry;
  if (change.kind === "undo") return undone(task, change);
  if (!entry.ids.includes(task.id)) return task;
  // A refused change must not remove its task from the list.
  const leaves =
    change.kind === "delete" ||
    change.kind === "bulk" ||
    ("patch" in change && change.patch?.completed !== undefined);
  if (isStuck(entry) && leaves) return task;
  if (change.kind === "delete") return null;
  if (change.kind === "bulk") return inBulk(task, change.action, change.patch, entry.at);
  return change.kind === "update" ? { ...task, ...fieldsAfter(task, change.patch, entry.at) } : task;
}

function undone(task: Task, { before }: Extract<Change, { kind: "undo" }>): Task | null {
  const earlier = before.find((known) => known.task.id === task.id);
  if (!earlier) return task;
  if (earlier.task.deleted_at) return null;
  return { ...task, ...Object.fromEntries(earlier.fields.map((name) => [name, earlier.task[name]])) };
}

function inBulk(
  task: Task,
  action: BulkRequest["action"],
  patch: Patch | null | undefined,
  at: string,
): Task | null {
  if (action === "delete") return null;
  if (action === "complete") return task.completed ? task : { ...task, completed: true, completed_at: at };
  if (action === "reopen") return { ...task, completed: false, completed_at: null };
  return patch ? { ...task, ...fieldsAfter(task, patch, at) } : task;
}

/** The fields that a patch changes, including derived ones. */
export function fieldsAfter(task: Task, patch: Patch, at: string): Partial<Task> {
  const { version: _version, add_tags: added, remove_tags: removed, ...fields } = patch;
  const changes: Record<string, unknown> = { ...fields };
  if (added || removed) {
    changes.tags = [...new Set([...task.tags, ...(added ?? [])])].filter((tag) => !removed?.includes(tag));
  }
  if (patch.completed !== undefined)
    changes.completed_at = patch.completed ? (task.completed_at ?? at) : null;
  // A task is due on a day or at a time. Setting one clears the other.
  if (changes.due_on) Object.assign(changes, { due_at: null, due_zone: null });
  else if (changes.due_at) changes.due_on = null;
  else if (changes.due_on === null || changes.due_at === null)
    Object.assign(changes, { due_on: null, due_at: null, due_zone: null });
  return changes as Partial<Task>;
}

/** Tasks that the server does not list yet: new and restored ones. */
export function unlisted(entries: readonly Entry[]): Task[] {
  const tasks = entries.flatMap((entry) => {
    if (entry.change.kind === "create") return [newTask(entry, entry.change)];
    if (entry.change.kind !== "undo") return [];
    return entry.change.before.filter(({ task }) => !task.deleted_at).map(({ task }) => task);
  });
  return tasks;
}

export function withEntries(tasks: readonly Task[], entries: readonly Entry[]): Task[] {
  return tasks.flatMap((task) => {
    const after = entries.reduce<Task | null>(
      (known, entry) => (known ? withEntry(known, entry) : revived(task.id, entry)),
      task,
    );
    return after ? [after] : [];
  });
}

/** Undoing a deletion that the server has not confirmed either. */
function revived(id: string, { change }: Entry): Task | null {
  const earlier = change.kind === "undo" ? change.before.find(({ task }) => task.id === id)?.task : undefined;
  return earlier && !earlier.deleted_at ? earlier : null;
}

function newTask({ key, at }: Entry, { task }: Extract<Change, { kind: "create" }>): Task {
  return {
    notes: "",
    priority: "none",
    tags: [],
    due_at: null,
    ...task,
    id: localId(key),
    completed: false,
    completed_at: null,
    created_at: at,
    updated_at: at,
    deleted_at: null,
    version: 0,
  } as Task;
}
