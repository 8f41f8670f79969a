/**
 * The server's tasks, in every list that holds them. Unconfirmed changes are not in here. The outbox's overlay adds
 * them when a list is read.
 */
import type { InfiniteData, Query, QueryClient } from "@tanstack/react-query";
import { readBox, readEntries } from "@/features/outbox/current";
import { type Entry, resolved } from "@/features/outbox/entry";
import type { Answer } from "@/features/outbox/outbox";
import { unlisted, withEntries, withEntry } from "@/features/outbox/overlay";
import type { Task, TaskPage } from "@/lib/api/types";
import { RECENT, TAGS, TASKS } from "./queries";
import { type TagCount, tagsAfter } from "./tag-counts";

type Pages = InfiniteData<TaskPage, number>;

const LISTS = { queryKey: [TASKS, "list"] };
const oneKey = (id: string) => [TASKS, "one", id];
/** Enough for a shopping list. */
const MOST_RECENT = 20;

/** The newest copy of a task. A list that isn't on screen may still hold an older one. */
export function fetchedTask(client: QueryClient, id: string): Task | undefined {
  return newestOf(listed(client).concat(client.getQueryData<Task>(oneKey(id)) ?? []), id);
}

/** Those of these tasks that a list holds, as they were fetched. */
export function listedTasks(client: QueryClient, ids: readonly string[]): Task[] {
  const tasks = listed(client);
  return [...new Set(ids)].flatMap((id) => newestOf(tasks, id) ?? []);
}

function listed(client: QueryClient): Task[] {
  return client
    .getQueriesData<Pages>(LISTS)
    .flatMap(([, data]) => data?.pages ?? [])
    .flatMap((page) => page.items)
    .concat(client.getQueryData<Task[]>(RECENT) ?? []);
}

const newestOf = (tasks: readonly Task[], id: string): Task | undefined =>
  tasks.reduce<Task | undefined>(
    (newest, task) => (task.id === id && (!newest || newest.version < task.version) ? task : newest),
    undefined,
  );

/** The task as shown, with unconfirmed changes. */
export function findTask(client: QueryClient, id: string): Task | undefined {
  const entries = readEntries();
  const task = fetchedTask(client, id) ?? unlisted(entries).find((known) => known.id === id);
  return task && withEntries([task], entries)[0];
}

function mapItems(client: QueryClient, change: (items: Task[]) => Task[]): void {
  client.setQueriesData<Pages>(LISTS, (data) =>
    data ? { ...data, pages: data.pages.map((page) => ({ ...page, items: change(page.items) })) } : data,
  );
  client.setQueryData<Task[]>(RECENT, (items) => items && change(items));
}

export function replaceTask(client: QueryClient, task: Task): void {
  // The answer to a repeated request is the first answer, which may be older than this copy.
  const newer = (item: Task) => (item.id === task.id && item.version <= task.version ? task : item);
  mapItems(client, (items) => items.map(newer));
  client.setQueryData<Task>(oneKey(task.id), (known) => known && newer(known));
}

/** Adds a task to the lists before they are fetched again, or if it lies beyond their first page. */
function addRecent(client: QueryClient, tasks: readonly Task[]): void {
  const ids = tasks.map(({ id }) => id);
  client.setQueryData<Task[]>(RECENT, (known = []) =>
    [...tasks, ...known.filter(({ id }) => !ids.includes(id))].slice(0, MOST_RECENT),
  );
}

/** Stores a confirmed change, so that the lists show it without the overlay. */
export async function takeOver(client: QueryClient, entry: Entry, answer: Answer): Promise<void> {
  // An answer in flight has the old state, so cancel it. A first load has nothing to return to, so it continues.
  const loaded = ({ state }: Query) => state.data !== undefined;
  const keys = [[TASKS], [TAGS]];
  await Promise.all(keys.map((queryKey) => client.cancelQueries({ queryKey, predicate: loaded })));
  const ids = resolved(readBox(), entry).ids.concat(answer.task?.id ?? []);
  const before = listedTasks(client, ids);
  store(client, entry, answer);
  const after = listedTasks(client, ids);
  client.setQueryData<TagCount[]>([TAGS], (counted) => counted && tagsAfter(counted, before, after));
}

function store(client: QueryClient, entry: Entry, { task, tasks }: Answer): void {
  if (entry.change.kind === "create") {
    if (task) addRecent(client, [task]);
  } else if (task) replaceTask(client, task);
  else if (tasks) restore(client, tasks);
  else apply(client, { ...resolved(readBox(), entry), trouble: undefined });
}

/** For an answer without tasks. */
function apply(client: QueryClient, done: Entry): void {
  mapItems(client, (items) => withEntries(items, [done]));
  for (const id of done.ids) {
    client.setQueryData<Task>(oneKey(id), (one) => one && (withEntry(one, done) ?? one));
  }
}

/** Stores the result of an undo: restored tasks, and tasks that no longer exist. */
function restore(client: QueryClient, tasks: readonly Task[]): void {
  const gone = tasks.filter((task) => task.deleted_at).map(({ id }) => id);
  const present = tasks.filter((task) => !task.deleted_at);
  mapItems(client, (items) => items.filter(({ id }) => !gone.includes(id)));
  for (const task of present) replaceTask(client, task);
  addRecent(
    client,
    present.filter(({ id }) => !fetchedTask(client, id)),
  );
}

/** Fetches all tasks and tags again, because they have changed here or elsewhere. */
export function settle(client: QueryClient): void {
  client.invalidateQueries({ queryKey: [TASKS] });
  client.invalidateQueries({ queryKey: [TAGS] });
}
