/**
 * How the box changes. Pure functions, because each runs twice: on the page's copy immediately, and on the stored box
 * later.
 */
import type { Task } from "@/lib/api/types";
import {
  type Box,
  type Change,
  type Entry,
  isStuck,
  localId,
  type Outcome,
  type Texts,
  type Trouble,
} from "./entry";

type Update = Extract<Change, { kind: "update" }>;
type TextName = keyof Texts;

/** How many outcomes are kept: as many as a user may want to undo. */
const KEPT_OUTCOMES = 200;
const TEXTS: readonly TextName[] = ["title", "notes"];

const fieldsOf = (change: Update): string[] => Object.keys(change.patch).filter((name) => name !== "version");
const same = (a: string | undefined, b: string | undefined): boolean =>
  a === b || a?.normalize() === b?.normalize();

function edit(box: Box, key: string, change: (entry: Entry) => Entry): Box {
  return { ...box, entries: box.entries.map((entry) => (entry.key === key ? change(entry) : entry)) };
}

/** Appends a change, or replaces an earlier one of the same text that was not sent yet. */
export function added(box: Box, entry: Entry): Box {
  if (entry.key in box.outcomes || box.entries.some(({ key }) => key === entry.key)) return box;
  const earlier = replaceable(box, entry);
  if (!earlier) return { ...box, entries: [...box.entries, entry] };
  return edit(box, earlier.key, (known) => ({
    ...known,
    change: { ...(known.change as Update), patch: (entry.change as Update).patch },
    at: entry.at,
  }));
}

function replaceable({ entries }: Box, { change, ids }: Entry): Entry | undefined {
  if (change.kind !== "update" || !change.base) return undefined;
  const fields = fieldsOf(change).join();
  const last = entries.findLast((entry) => entry.ids.includes(ids[0] ?? ""));
  if (last?.change.kind !== "update" || !last.change.base) return undefined;
  const open = last.attempts === 0 || isStuck(last);
  return open && fieldsOf(last.change).join() === fields ? last : undefined;
}

/** The first change that can be sent. One that waits for the user blocks only those that depend on it. */
export function nextEntry({ entries }: Box): Entry | undefined {
  const stuck = entries.filter(isStuck);
  const missing = new Set(
    stuck.filter(({ change }) => change.kind === "create").map(({ key }) => localId(key)),
  );
  return entries.find((entry) => !isStuck(entry) && !entry.ids.some((id) => missing.has(id)));
}

export function started(box: Box, key: string): Box {
  return edit(box, key, (entry) => ({ ...entry, attempts: entry.attempts + 1 }));
}

export function troubled(box: Box, key: string, trouble: Trouble): Box {
  return edit(box, key, (entry) => ({ ...entry, trouble }));
}

/** Removes the change. Later changes of the same texts are then based on the server's copy. */
export function confirmed(box: Box, key: string, outcome: Outcome, task?: Task): Box {
  const done = box.entries.find((entry) => entry.key === key);
  if (!done) return box;
  const entries = box.entries
    .filter((entry) => entry !== done)
    .map((entry) => (task && entry.ids[0] === done.ids[0] ? rebased(entry, done.change, task) : entry));
  const outcomes = Object.entries({ ...box.outcomes, [key]: outcome }).slice(-KEPT_OUTCOMES);
  return { entries, outcomes: Object.fromEntries(outcomes) };
}

function rebased(entry: Entry, done: Change, task: Task): Entry {
  const { change } = entry;
  if (change.kind !== "update" || !change.base || entry.attempts > 0) return entry;
  const ours = done.kind === "create" ? TEXTS : done.kind === "update" ? Object.keys(done.patch) : [];
  const texts = { ...change.base.texts };
  for (const name of Object.keys(texts) as TextName[]) if (ours.includes(name)) texts[name] = task[name];
  const current = Object.entries(texts).every(([name, text]) => same(text, task[name as TextName]));
  const version = current ? task.version : change.base.version;
  return { ...entry, change: { ...change, base: { version, texts } } };
}

/**
 * The server refused a text because the task has changed since. If another field changed, the text is sent again. If this
 * text changed, the user decides. The new request gets `newKey`, because its content differs.
 */
export function stale(box: Box, key: string, current: Task, newKey: string, trouble: Trouble): Box {
  return edit(box, key, (entry) => {
    const { change } = entry;
    if (change.kind !== "update" || !change.base) return { ...entry, trouble };
    const { patch, base } = change;
    const names = Object.keys(base.texts) as TextName[];
    const clash = names.some(
      (name) => !same(current[name], base.texts[name]) && !same(current[name], patch[name]),
    );
    if (clash) return { ...entry, trouble: { ...trouble, kind: "conflict", current } };
    return {
      ...entry,
      key: newKey,
      attempts: 0,
      trouble: undefined,
      change: { ...change, base: baseOf(current, names) },
    };
  });
}

const baseOf = (task: Task, names: readonly TextName[]) => ({
  version: task.version,
  texts: Object.fromEntries(names.map((name) => [name, task[name]])),
});

/** The user has seen both texts. `texts` replace the other ones. Without `texts`, the other ones stay. */
export function decided(box: Box, key: string, texts: Texts | null, newKey: string): Box {
  const entry = box.entries.find((candidate) => candidate.key === key);
  const current = entry?.trouble?.current;
  if (entry?.change.kind !== "update" || !current) return box;
  if (!texts) return discarded(box, key);
  const base = baseOf(current, Object.keys(entry.change.base?.texts ?? {}) as TextName[]);
  const change = { ...entry.change, patch: { ...entry.change.patch, ...texts }, base };
  return edit(box, key, () => ({ ...entry, key: newKey, change, attempts: 0, trouble: undefined }));
}

export function again(box: Box, key: string): Box {
  return edit(box, key, (entry) => ({ ...entry, trouble: undefined }));
}

/** Discards a change. Discarding a new task also discards the changes to it. */
export function discarded(box: Box, key: string): Box {
  const gone = box.entries.find((entry) => entry.key === key);
  if (!gone) return box;
  const { change } = gone;
  const rest = box.entries.filter((entry) => entry !== gone);
  if (change.kind === "create") {
    const id = localId(key);
    return {
      ...box,
      entries: rest
        .map((entry) => without(entry, id))
        .filter(({ ids, change: { kind } }) => ids.length || kind === "undo"),
    };
  }
  if (change.kind !== "update" || !change.base) return { ...box, entries: rest };
  const { base } = change;
  const entries = rest.map((entry) => {
    if (entry.change.kind !== "update" || !entry.change.base || entry.ids[0] !== gone.ids[0]) return entry;
    const texts = { ...entry.change.base.texts };
    for (const name of Object.keys(texts) as TextName[])
      if (name in base.texts) texts[name] = base.texts[name];
    return { ...entry, change: { ...entry.change, base: { ...entry.change.base, texts } } };
  });
  return { ...box, entries };
}

const without = (entry: Entry, id: string): Entry => ({
  ...entry,
  ids: entry.ids.filter((other) => other !== id),
});
