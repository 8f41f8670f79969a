/**
 * A change that a person has made and the server has not confirmed yet.
 */
import type { BulkRequest, NewTask, Task, TaskPatch } from "@/lib/api/types";

/** The fields that cannot be merged: another person's text must not be replaced unseen. */
export type Texts = Partial<Pick<Task, "title" | "notes">>;

/** What the person saw when they began to type. */
export type Base = { version: number; texts: Texts };

export type Patch = TaskPatch;

export type Change =
  | { kind: "create"; task: NewTask }
  | { kind: "update"; patch: Patch; base?: Base }
  | { kind: "delete" }
  | { kind: "bulk"; action: BulkRequest["action"]; patch?: BulkRequest["patch"] }
  /** Takes back the change with the key `of`, or with this id of a change set. */
  | { kind: "undo"; of?: string; changeId?: string; before: Before[] };

/** A task as it was before a change, and which of its fields the change has touched. */
export type Before = { task: Task; fields: (keyof Task)[] };

export type Trouble = {
  /** `waiting`: sent again by itself. `refused`: a person decides. `conflict`: so, with the other text in `current`. */
  kind: "waiting" | "refused" | "conflict";
  /** HTTP status, or 0 when no answer arrived. */
  status: number;
  message: string;
  requestId?: string;
  current?: Task;
};

export type Entry = {
  /** Its Idempotency-Key. A new task is known by it until the server gives it an id. */
  key: string;
  /** The tasks that it changes. */
  ids: string[];
  change: Change;
  /** When the person made it, ISO 8601. */
  at: string;
  /** How often it has been sent. From the first time on its content is fixed: the server may have it. */
  attempts: number;
  trouble?: Trouble;
};

/** What became of a confirmed change. */
export type Outcome = {
  /** The id of the task that it created. */
  taskId?: string;
  /** The id of its change set, to undo it. */
  changeId?: string;
};

/** Everything that one account has not got confirmed, in the order of the changes. */
export type Box = {
  entries: readonly Entry[];
  /** By key. The newest ones only. */
  outcomes: Readonly<Record<string, Outcome>>;
};

export const EMPTY_BOX: Box = { entries: [], outcomes: {} };

const LOCAL = "pending-";

export const localId = (key: string): string => `${LOCAL}${key}`;
export const isLocal = (id: string): boolean => id.startsWith(LOCAL);

/** The server's id of a task, or undefined while it has none. */
export function serverId({ outcomes }: Box, id: string): string | undefined {
  return isLocal(id) ? outcomes[id.slice(LOCAL.length)]?.taskId : id;
}

/** The other way: the id under which this page has known the task first. */
export function firstId({ outcomes }: Box, id: string): string {
  const key = Object.keys(outcomes).find((candidate) => outcomes[candidate]?.taskId === id);
  return key ? localId(key) : id;
}

/** Waits for a person. */
export const isStuck = ({ trouble }: Entry): boolean =>
  trouble?.kind === "refused" || trouble?.kind === "conflict";

/** The entry with the server's ids, where it has given one. */
export function resolved(box: Box, entry: Entry): Entry {
  const known = (id: string) => serverId(box, id) ?? id;
  const ids = entry.ids.map(known);
  if (entry.change.kind !== "undo") return { ...entry, ids };
  const before = entry.change.before.map(({ task, fields }) => ({
    task: { ...task, id: known(task.id) },
    fields,
  }));
  return { ...entry, ids, change: { ...entry.change, before } };
}
