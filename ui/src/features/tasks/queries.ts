/**
 * Reading tasks and tags. Every list has a key that begins with "tasks", so that a change can reach all of them. Results
 * include the changes that are still in the outbox.
 */
import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useCallback } from "react";
import { useCurrentId, useEntries } from "@/features/outbox/current";
import { isLocal } from "@/features/outbox/entry";
import { unlisted, withEntries } from "@/features/outbox/overlay";
import { api, unwrap } from "@/lib/api/client";
import { asApiError } from "@/lib/api/errors";
import type { Task, TaskPage, TaskQuery } from "@/lib/api/types";
import { localTimeZone } from "@/lib/dates";
import { type Filters, queryOf } from "./filters";
import { fits } from "./fits";

export const TASKS = "tasks";
export const TAGS = "tags";
/** Tasks added on this page that may lie beyond a list's first page. */
export const RECENT = [TASKS, "recent"];

const OPEN_PAGE = 100;
const COMPLETED_PAGE = 25;
/** Milliseconds between two checks for changes on other devices, while the page is visible. */
const POLL_INTERVAL = 10_000;
/** Milliseconds until a failed list is fetched again. */
const HEAL_INTERVAL = 4_000;

type Pages = InfiniteData<TaskPage, number>;

function useTaskPages(list: "open" | "completed", query: TaskQuery, filters: Filters, enabled: boolean) {
  const entries = useEntries();
  const { data: recent } = useRecent();
  const select = useCallback(
    (data: Pages): Pages => {
      const [first, ...rest] = data.pages.map((page) => ({
        ...page,
        items: withEntries(page.items, entries),
      }));
      if (!first) return data;
      const listed = new Set(data.pages.flatMap(({ items }) => items.map(({ id }) => id)));
      const missing = new Map([...unlisted(entries), ...recent].map((task) => [task.id, task]));
      const items = withEntries(
        [...missing.values()].filter(({ id }) => !listed.has(id)),
        entries,
      );
      const added = items.filter(
        (task) => task.completed === (list === "completed") && fits(task, filters, new Date()),
      );
      return { ...data, pages: [{ ...first, items: [...added, ...first.items] }, ...rest] };
    },
    [entries, recent, filters, list],
  );
  return useInfiniteQuery({
    queryKey: [TASKS, "list", list, query],
    queryFn: ({ pageParam, signal }): Promise<TaskPage> =>
      unwrap(api.GET("/api/v1/tasks", { params: { query: { ...query, page: pageParam } }, signal })),
    initialPageParam: 1,
    getNextPageParam: ({ pagination }) => (pagination.has_next ? pagination.page + 1 : undefined),
    // A changed search keeps the old hits on screen until the new ones arrive.
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => state.status === "error" && HEAL_INTERVAL,
    select,
    enabled,
  });
}

/** Open tasks in the chosen order. */
export function useOpenTasks(filters: Filters) {
  const query = {
    ...queryOf(filters, localTimeZone()),
    status: "open",
    sort: filters.sort,
    limit: OPEN_PAGE,
  } satisfies TaskQuery;
  return useTaskPages("open", query, filters, filters.status !== "completed");
}

/** Completed tasks, the latest change first. */
export function useCompletedTasks(filters: Filters) {
  const query = {
    ...queryOf(filters, localTimeZone()),
    status: "completed",
    sort: "-updated_at",
    limit: COMPLETED_PAGE,
  } satisfies TaskQuery;
  return useTaskPages("completed", query, filters, filters.status !== "open");
}

const getTask = (id: string, signal: AbortSignal) =>
  unwrap(api.GET("/api/v1/tasks/{task_id}", { params: { path: { task_id: id } }, signal }));

function useRecent() {
  const client = useQueryClient();
  return useQuery({
    queryKey: RECENT,
    queryFn: async ({ signal }) => {
      const known = client.getQueryData<Task[]>(RECENT) ?? [];
      const listed = listedIds(client);
      const fetched = known.map((task) =>
        listed.has(task.id) ? task : getTask(task.id, signal).catch(unlessGone(task)),
      );
      return (await Promise.all(fetched)).filter((task) => task !== null);
    },
    initialData: [],
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function listedIds(client: QueryClient): Set<string> {
  const lists = client.getQueriesData<Pages>({ queryKey: [TASKS, "list"], type: "active" });
  return new Set(
    lists.flatMap(([, data]) => data?.pages ?? []).flatMap(({ items }) => items.map(({ id }) => id)),
  );
}

const unlessGone = (task: Task) => (error: unknown) => (asApiError(error).status === 404 ? null : task);

/** One task, for a detail panel whose task isn't in any loaded list. */
export function useTask(id: string) {
  const entries = useEntries();
  const known = useCurrentId(id) ?? id;
  const select = useCallback((task: Task) => withEntries([task], entries)[0], [entries]);
  const query = useQuery({
    queryKey: [TASKS, "one", known],
    queryFn: ({ signal }) => getTask(known, signal),
    select,
    enabled: !isLocal(known),
  });
  const local = unlisted(entries).find((task) => task.id === known);
  return { ...query, data: query.data ?? (local && select(local)) };
}

/** Changes with each change of any of the account's tasks, on any device. Undefined until known. */
export function useRevision(): string | undefined {
  return useQuery({
    queryKey: ["revision"],
    queryFn: async ({ signal }) => (await unwrap(api.GET("/api/v1/tasks/revision", { signal }))).revision,
    refetchInterval: POLL_INTERVAL,
    refetchOnWindowFocus: "always",
    staleTime: 0,
  }).data;
}
