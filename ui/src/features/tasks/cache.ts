/**
 * Changing tasks in the query cache, in every list that holds them. This is what makes a change visible before the
 * API has confirmed it, and what takes it back when the API refuses.
 */
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { Task, TaskPage } from "@/lib/api/types";
import { TAGS, TASKS } from "./queries";

type Pages = InfiniteData<TaskPage, number>;

const LISTS = { queryKey: [TASKS, "list"] };
const OPEN_LISTS = { queryKey: [TASKS, "list", "open"] };
const oneKey = (id: string) => [TASKS, "one", id];

/** The newest copy: a list that isn't on screen may still hold an older one. */
export function findTask(client: QueryClient, id: string): Task | undefined {
  const copies = client
    .getQueriesData<Pages>(LISTS)
    .flatMap(([, data]) => data?.pages ?? [])
    .flatMap((page) => page.items)
    .concat(client.getQueryData<Task>(oneKey(id)) ?? [])
    .filter((task) => task.id === id);
  return copies.reduce<Task | undefined>(
    (newest, copy) => (newest && newest.version >= copy.version ? newest : copy),
    undefined,
  );
}

function mapItems(
  client: QueryClient,
  filter: { queryKey: string[] },
  change: (items: Task[]) => Task[],
): void {
  client.setQueriesData<Pages>(filter, (data) =>
    data ? { ...data, pages: data.pages.map((page) => ({ ...page, items: change(page.items) })) } : data,
  );
}

export function patchTask(client: QueryClient, id: string, changes: Partial<Task>): void {
  const patch = (task: Task) => (task.id === id ? { ...task, ...changes } : task);
  mapItems(client, LISTS, (items) => items.map(patch));
  client.setQueryData<Task>(oneKey(id), (task) => task && patch(task));
}

/**
 * Takes an optimistic change back. A field that has changed again since then is left alone: that later change has
 * its own success or failure.
 */
export function revertTask(
  client: QueryClient,
  id: string,
  attempted: Partial<Task>,
  before: Partial<Task>,
): void {
  const current = findTask(client, id);
  if (!current) return;
  const untouched = (Object.keys(attempted) as (keyof Task)[]).filter(
    (name) => current[name] === attempted[name],
  );
  patchTask(client, id, Object.fromEntries(untouched.map((name) => [name, before[name]])));
}

export function removeTasks(client: QueryClient, ids: readonly string[]): void {
  mapItems(client, LISTS, (items) => items.filter((task) => !ids.includes(task.id)));
}

/** Puts a task at the head of the lists of open tasks; the sections sort it in. */
export function insertTask(client: QueryClient, task: Task): void {
  client.setQueriesData<Pages>(OPEN_LISTS, (data) => {
    const [first, ...rest] = data?.pages ?? [];
    if (!data || !first) return data;
    return { ...data, pages: [{ ...first, items: [task, ...first.items] }, ...rest] };
  });
}

export function replaceTask(client: QueryClient, id: string, task: Task): void {
  mapItems(client, LISTS, (items) => items.map((item) => (item.id === id ? task : item)));
  client.setQueryData<Task>(oneKey(task.id), (known) => known && task);
}

/** Before an optimistic change: an answer already under way would overwrite it. */
export async function holdFetches(client: QueryClient): Promise<void> {
  await client.cancelQueries({ queryKey: [TASKS] });
}

/**
 * After a change: fetch what the server has now, once the last change under way is done. Fetching earlier would
 * show the state before the changes that are still on their way. `ours` is how many of those under way are the
 * caller's own: none if something else than a mutation changed tasks.
 */
export function settle(client: QueryClient, ours = 1): void {
  if (client.isMutating({ mutationKey: [TASKS] }) > ours) return;
  client.invalidateQueries({ queryKey: [TASKS] });
  client.invalidateQueries({ queryKey: [TAGS] });
}
