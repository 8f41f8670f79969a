/**
 * The list as the page shows it: both queries, merged and split into sections.
 */
import { useMemo, useState } from "react";
import type { Task } from "@/lib/api/types";
import { localTimeZone } from "@/lib/dates";
import type { Filters } from "./filters";
import { useCompletedTasks, useOpenTasks } from "./queries";
import { completedSection, mergeTasks, openSections, type Section } from "./sections";
import { useLingering } from "./use-lingering";

type Pages = ReturnType<typeof useOpenTasks>;

export type TaskList = {
  tasks: Task[];
  open: Section[];
  completed: Section;
  /** All completed tasks that match, loaded or not: "7", or "1000+" if there are more than the API counts. */
  completedTotal: string;
  openPages: Pages;
  completedPages: Pages;
  /** This view has nothing to show yet. */
  loading: boolean;
  /** The rows are those of an earlier search or order. */
  refreshing: boolean;
  error: Error | null;
  retry: () => void;
};

export function useTaskList(filters: Filters, now: Date): TaskList {
  const openPages = useOpenTasks(filters);
  const completedPages = useCompletedTasks(filters);
  const tasks = useMemo(
    () => mergeTasks(itemsOf(openPages.data), itemsOf(completedPages.data)),
    [openPages.data, completedPages.data],
  );
  const lingering = useLingering(tasks);
  const [open, completed] = useMemo(() => {
    const isDone = (task: Task) => task.completed && !lingering.includes(task.id);
    return [
      openSections(
        tasks.filter((task) => !isDone(task)),
        filters.sort,
        now,
        localTimeZone(),
      ),
      completedSection(tasks.filter(isDone)),
    ];
  }, [tasks, filters.sort, now, lingering]);

  // A query that the filters switch off keeps its placeholder.
  const refreshing =
    (filters.status !== "completed" && openPages.isPlaceholderData) ||
    (filters.status !== "open" && completedPages.isPlaceholderData);
  const leaving = useLeaving(filters, refreshing);
  const counted = completedPages.data?.pages.at(-1)?.pagination;
  const loadedTotal = `${counted?.total_count ?? 0}${counted?.total_is_exact === false ? "+" : ""}`;
  const failed = [openPages, completedPages].filter(({ error, data }) => error && !data);
  return {
    tasks,
    open: filters.status === "completed" ? [] : open,
    completed,
    completedTotal: completedPages.hasNextPage ? loadedTotal : String(completed.tasks.length),
    openPages,
    completedPages,
    // `isLoading` is false for the query that the filters switch off.
    loading: leaving || openPages.isLoading || completedPages.isLoading,
    refreshing,
    error: failed[0]?.error ?? null,
    retry: () => {
      for (const pages of failed) pages.refetch();
    },
  };
}

/** True while the rows are those of another view. They would be wrong under the new heading. */
function useLeaving(filters: Filters, refreshing: boolean): boolean {
  const view = JSON.stringify([filters.status, filters.due, filters.tags, filters.priorities]);
  const [shown, setShown] = useState(view);
  if (!refreshing && shown !== view) setShown(view);
  return refreshing && shown !== view;
}

function itemsOf(data: Pages["data"]): Task[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}
