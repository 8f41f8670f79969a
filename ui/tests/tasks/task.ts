import type { Task, TaskPage } from "@/lib/api/types";

let count = 0;

/** A task as the API sends it. */
export function makeTask(fields: Partial<Task> = {}): Task {
  const at = new Date(Date.UTC(2026, 10, 1, 12, 0, count++)).toISOString();
  return {
    id: `task-${count}`,
    title: `Task ${count}`,
    notes: "",
    completed: false,
    completed_at: null,
    priority: "none",
    due_on: null,
    due_at: null,
    due_zone: null,
    tags: [],
    created_at: at,
    updated_at: at,
    deleted_at: null,
    version: 1,
    ...fields,
  };
}

/** The only page of a list. */
export function onlyPage(items: Task[]): TaskPage {
  const pagination = {
    page: 1,
    limit: 100,
    has_next: false,
    total_count: items.length,
    total_is_exact: true,
  };
  return { items, pagination };
}
