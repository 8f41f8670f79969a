/**
 * What the list shows, kept in the address bar: views can be bookmarked, shared and returned to.
 */
import type { Priority, TaskQuery } from "@/lib/api/types";
import type { DueGroup } from "@/lib/dates";

export const PRIORITIES = ["urgent", "high", "medium", "low", "none"] as const satisfies readonly Priority[];

export const SORTS = {
  due_at: "Due date",
  "-priority": "Priority",
  "-created_at": "Newest first",
  created_at: "Oldest first",
  title: "Title",
} as const;
export type Sort = keyof typeof SORTS;

const DUE_GROUPS = ["overdue", "today", "upcoming", "none"] as const satisfies readonly DueGroup[];
const STATUSES = ["all", "open", "completed"] as const;

export type Filters = {
  q: string;
  status: (typeof STATUSES)[number];
  due: DueGroup | null;
  priorities: Priority[];
  tags: string[];
  sort: Sort;
};

export const NO_FILTERS: Filters = {
  q: "",
  status: "all",
  due: null,
  priorities: [],
  tags: [],
  sort: "due_at",
};

function oneOf<T extends string>(allowed: readonly T[], value: string | null): T | undefined {
  return allowed.find((candidate) => candidate === value);
}

/** Ignores unknown values, so that an old bookmark shows a list instead of an error. */
export function parseFilters(params: URLSearchParams): Filters {
  return {
    q: params.get("q") ?? "",
    status: oneOf(STATUSES, params.get("status")) ?? "all",
    due: oneOf(DUE_GROUPS, params.get("due")) ?? null,
    priorities: PRIORITIES.filter((priority) => params.getAll("priority").includes(priority)),
    tags: [...new Set(params.getAll("tag"))],
    sort: oneOf(Object.keys(SORTS) as Sort[], params.get("sort")) ?? NO_FILTERS.sort,
  };
}

/** Writes filters into a query string, and keeps other parameters (the open task). */
export function writeFilters(filters: Filters, current: URLSearchParams): string {
  const params = new URLSearchParams(current);
  for (const name of ["q", "status", "due", "priority", "tag", "sort"]) params.delete(name);
  if (filters.q) params.set("q", filters.q);
  if (filters.status !== NO_FILTERS.status) params.set("status", filters.status);
  if (filters.due) params.set("due", filters.due);
  for (const priority of filters.priorities) params.append("priority", priority);
  for (const tag of filters.tags) params.append("tag", tag);
  if (filters.sort !== NO_FILTERS.sort) params.set("sort", filters.sort);
  return params.toString();
}

/** True if the filters may be the reason for an empty list. */
export function isFiltered({ q, due, priorities, tags, status }: Filters): boolean {
  return Boolean(q || due || priorities.length || tags.length || status === "completed");
}

/** The filters as parameters of the API's query. */
export function queryOf(filters: Filters, timeZone: string): TaskQuery {
  return {
    q: filters.q || undefined,
    due: filters.due ?? undefined,
    priority: filters.priorities.length ? filters.priorities : undefined,
    tag: filters.tags.length ? filters.tags : undefined,
    tz: timeZone,
  };
}
