/**
 * A user's change that the server has not confirmed yet.
 */
import type { BulkRequest, NewTask, Task, TaskPatch } from "@/lib/api/types";

/** Fields that cannot be merged. A text from another device must not be replaced unseen. */
export type Texts = Partial<Pick<Task, "title" | "notes">>;

/** What the field showed when the user began to type. */
export type Base = { version: number; texts: Texts };

export type Patch = TaskPatch;

export type Change =
  | { kind: "create"; task: NewTask }
  | { kind: "update"; patch: Patch; base?: Base }
  | { kind: "delete" }
  | { kind: "bulk"; action: BulkRequest["action"]; patch?: BulkRequest["patch"] }
  /** Undoes the change with the key `of`, or the change set with this id. */
  | { kind: "undo"; of?: string; changeId?: string; before: Before[] };

/** A task before a change, and the fields that the change has touched. */
export type Before = { task: Task; fields: (keyof Task)[] };

export type Trouble = {
  /** `waiting`: sent again automatically. `refused`, `conflict`: the user decides; `current` has the other text. */
  kind: "waiting" | "refused" | "conflict";
  /** HTTP status, or 0 when no answer arrived. */
  status: number;
  message: string;
  requestId?: string;
  current?: Task;
};

export type Entry = {
  /** Its Idempotency-Key, which is also the id of a new task until the server assigns one. */
  key: string;
  /** The tasks that it changes. */
  ids: string[];
  change: Change;
  /** When the user made the change, ISO 8601. */
  at: string;
  /** How often it has been sent. Its content is fixed after the first time, because the server may have it. */
  attempts: number;
  trouble?: Trouble;
};

/** The outcome of a confirmed change. */
export type Outcome = {
  /** The id of the task that it created. */
  taskId?: string;
  /** The id of its change set, to undo it. */
  changeId?: string;
};

/** The unconfirmed changes of one account, in order. */
export type Box = {
  entries: readonly Entry[];
  /** The newest outcomes, by key. */
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

/** The reverse: the id that the task had on this page first. */
export function firstId({ outcomes }: Box, id: string): string {
  const key = Object.keys(outcomes).find((candidate) => outcomes[candidate]?.taskId === id);
  return key ? localId(key) : id;
}

/** Whether it waits for the user. */
export const isStuck = ({ trouble }: Entry): boolean =>
  trouble?.kind === "refused" || trouble?.kind === "conflict";

/** While one change waits to be sent again, all behind it wait as well. */
export function withWaiting(entries: readonly Entry[]): readonly Entry[] {
  const waiting = entries.find(({ trouble }) => trouble?.kind === "waiting")?.trouble;
  return waiting ? entries.map((entry) => (entry.trouble ? entry : { ...entry, trouble: waiting })) : entries;
}

/** The entry with the server's ids, where they are known. */
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
