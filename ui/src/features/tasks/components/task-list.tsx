"use client";

/**
 * The sections with their rows, or a notice in their place.
 */
import { type ReactNode, useState } from "react";
import { Button } from "@/components/button";
import { type Filters, isFiltered } from "../filters";
import type { Selection } from "../selection";
import { useRowRoving } from "../use-row-roving";
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
  /** The actions for selected rows. Tab moves to them from a row. */
  bulkBar?: ReactNode;
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
    <Sections key={filters.status} list={list} filters={filters} {...rows}>
      {nothingOpen && filters.status !== "completed" && <AllDone onAdd={onAdd} />}
    </Sections>
  );
}

type SectionsProps = Omit<TaskListProps, "onAdd" | "onClearFilters"> & { children: ReactNode };

function Sections({ list, filters, bulkBar, children, ...rows }: SectionsProps) {
  const [unfolded, setUnfolded] = useState(filters.status === "completed" || Boolean(filters.q));
  const shown = unfolded ? [...list.open, list.completed] : list.open;
  const { current, handlers } = useRowRoving(shown.flatMap(({ tasks }) => tasks.map(({ id }) => id)));
  return (
    <div className="flex flex-col gap-7" aria-busy={list.refreshing} {...handlers}>
      {children}
      {list.open.map((section) => (
        <TaskSection key={section.id} section={section} currentId={current} {...rows} />
      ))}
      {bulkBar}
      <LoadMore pages={list.openPages} what="tasks" />
      {list.completed.tasks.length > 0 && (
        <TaskSection
          section={list.completed}
          total={list.completedTotal}
          folding={{ unfolded, onToggle: () => setUnfolded(!unfolded) }}
          currentId={current}
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
    <Button
      className="mt-3 self-center"
      // Not disabled, which would take the focus away.
      aria-disabled={isFetchingNextPage}
      onClick={() => !isFetchingNextPage && fetchNextPage()}
    >
      {isFetchingNextPage ? "Loading…" : `Load more ${what}${howMany}`}
    </Button>
  );
}
