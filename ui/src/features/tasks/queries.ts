/**
 * Reading tasks and tags. Every list lives under the key "tasks", so that a change can reach all of them.
 */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";
import type { TaskPage, TaskQuery } from "@/lib/api/types";
import { localTimeZone } from "@/lib/dates";
import { type Filters, queryOf } from "./filters";

export const TASKS = "tasks";
export const TAGS = "tags";

const OPEN_PAGE = 100;
const COMPLETED_PAGE = 25;

function useTaskPages(list: string, query: TaskQuery, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: [TASKS, "list", list, query],
    queryFn: ({ pageParam, signal }): Promise<TaskPage> =>
      unwrap(api.GET("/api/v1/tasks", { params: { query: { ...query, page: pageParam } }, signal })),
    initialPageParam: 1,
    getNextPageParam: ({ pagination }) => (pagination.has_next ? pagination.page + 1 : undefined),
    // A changed search keeps the old hits on screen until the new ones arrive.
    placeholderData: keepPreviousData,
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
  return useTaskPages("open", query, filters.status !== "completed");
}

/** Completed tasks, the latest change first. */
export function useCompletedTasks(filters: Filters) {
  const query = {
    ...queryOf(filters, localTimeZone()),
    status: "completed",
    sort: "-updated_at",
    limit: COMPLETED_PAGE,
  } satisfies TaskQuery;
  return useTaskPages("completed", query, filters.status !== "open");
}

/** One task, for a bookmarked detail panel whose task isn't in any loaded list. */
export function useTask(id: string) {
  return useQuery({
    queryKey: [TASKS, "one", id],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/tasks/{task_id}", { params: { path: { task_id: id } }, signal })),
  });
}

export function useTags() {
  return useQuery({
    queryKey: [TAGS],
    queryFn: async ({ signal }) => (await unwrap(api.GET("/api/v1/tags", { signal }))).items,
  });
}
