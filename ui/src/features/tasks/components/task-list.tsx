"use client";

/**
 * The sections with their rows, or what stands in their place.
 */
import { Button } from "@/components/button";
import { type Filters, isFiltered } from "../filters";
import type { Selection } from "../selection";
import type { TaskList as List } from "../use-task-list";
import { ListSkeleton } from "./list-skeleton";
import { AllDone, LoadError, NothingFound, NothingYet } from "./list-states";
import type { RowHandlers } from "./task-row";
import { TaskSection } from "./task-section";

type TaskListProps = RowHandlers & {
  list: List;
  filters: Filters;
  now: Date;
  openId: string | null;
  selection: Selection;
  selecting: boolean;
  onAdd: () => void;
  onClearFilters: () => void;
};

export function TaskList({ list, filters, onAdd, onClearFilters, ...rows }: TaskListProps) {
  if (list.error) return <LoadError error={list.error} onRetry={list.retry} />;
  if (list.loading) return <ListSkeleton />;

  const nothingOpen = list.open.length === 0;
  const nothingAtAll = nothingOpen && list.completed.tasks.length === 0;
  if (nothingAtAll && isFiltered(filters)) return <NothingFound onClear={onClearFilters} />;
  if (nothingAtAll) return <NothingYet onAdd={onAdd} />;

  return (
    <div className="flex flex-col gap-7">
      {nothingOpen && filters.status !== "completed" && <AllDone onAdd={onAdd} />}
      {list.open.map((section) => (
        <TaskSection key={section.id} section={section} {...rows} />
      ))}
      <LoadMore pages={list.openPages} what="tasks" />
      {list.completed.tasks.length > 0 && (
        <TaskSection
          key={`completed-${filters.status}`}
          section={list.completed}
          total={list.completedTotal}
          foldable
          initiallyOpen={filters.status === "completed" || Boolean(filters.q)}
          {...rows}
        >
          <LoadMore pages={list.completedPages} what="completed tasks" />
        </TaskSection>
      )}
    </div>
  );
}

function LoadMore({ pages, what }: { pages: List["openPages"]; what: string }) {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  if (!hasNextPage) return null;
  const loaded = data?.pages.reduce((count, page) => count + page.items.length, 0) ?? 0;
  const counted = data?.pages.at(-1)?.pagination;
  const left = (counted?.total_count ?? loaded) - loaded;
  // The API counts up to a bound; beyond that a number would be wrong.
  const howMany = counted?.total_is_exact ? ` (${left} left)` : left > 0 ? ` (more than ${left} left)` : "";
  return (
    <Button className="mt-3 self-center" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
      {isFetchingNextPage ? "Loading…" : `Load more ${what}${howMany}`}
    </Button>
  );
}
