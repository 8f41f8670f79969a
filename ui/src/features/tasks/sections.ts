/**
 * Splits the loaded tasks into the sections of the list.
 */
import { PRIORITY_NAMES } from "@/components/priority";
import type { Priority, Task } from "@/lib/api/types";
import { instantOf } from "@/lib/calendar";
import { type DueGroup, dueGroup, dueOf, today } from "@/lib/dates";
import { PRIORITIES, type Sort } from "./filters";

export type SectionId = DueGroup | `priority-${Priority}` | "open" | "completed";
export type Section = { id: SectionId; title: string; tasks: Task[] };

export const TITLES: Record<DueGroup | "open" | "completed", string> = {
  overdue: "Overdue",
  today: "Today",
  upcoming: "Upcoming",
  none: "No date",
  open: "Tasks",
  completed: "Completed",
};
const DUE_ORDER: DueGroup[] = ["overdue", "today", "upcoming", "none"];

/**
 * Sections by due date or by priority if the list is sorted by it. Sections would break any other order, so the open
 * tasks then stay one list in the API's order.
 */
export function openSections(open: Task[], sort: Sort, now: Date, timeZone: string): Section[] {
  if (sort === "-priority") return byPriority(open);
  if (sort !== "due_at") return open.length ? [{ id: "open", title: TITLES.open, tasks: open }] : [];
  const day = today(now, timeZone);
  const sorted = inOrder(open, timeZone);
  return DUE_ORDER.map((id) => ({
    id,
    title: TITLES[id],
    tasks: sorted.filter((task) => dueGroup(dueOf(task, timeZone), day) === id),
  })).filter((section) => section.tasks.length > 0);
}

/** In the API's order within each. */
function byPriority(open: Task[]): Section[] {
  return PRIORITIES.map(
    (priority): Section => ({
      id: `priority-${priority}`,
      title: priority === "none" ? "No priority" : PRIORITY_NAMES[priority],
      tasks: open.filter((task) => task.priority === priority),
    }),
  ).filter((section) => section.tasks.length > 0);
}

/**
 * The API's order, which a new task joins before the API has seen it: by due time, a whole day after its timed tasks;
 * among equals (no date) the newest first, where the add field puts them.
 */
function inOrder(tasks: Task[], timeZone: string): Task[] {
  const moments = new Map(tasks.map((task) => [task.id, moment(task, timeZone)]));
  const at = ({ id }: Task) => moments.get(id) ?? 0;
  return tasks.toSorted(
    (a, b) =>
      at(a) - at(b) ||
      Date.parse(b.created_at) - Date.parse(a.created_at) ||
      (a.id < b.id ? 1 : a.id > b.id ? -1 : 0),
  );
}

/** Milliseconds; 0 without a due date, which has a section of its own. */
function moment(task: Task, timeZone: string): number {
  const due = dueOf(task, timeZone);
  if (!due) return 0;
  return instantOf(due.on, due.time ?? "23:59", timeZone).getTime() + (due.time ? 0 : 59_999);
}

/** The most recently completed first. */
export function completedSection(completed: Task[]): Section {
  const when = (task: Task) => Date.parse(task.completed_at ?? task.updated_at);
  return { id: "completed", title: TITLES.completed, tasks: completed.toSorted((a, b) => when(b) - when(a)) };
}

/**
 * Merges the open and the completed list. Between a change and the next fetch, a task can be in both or in the wrong
 * one. Its newer version counts.
 */
export function mergeTasks(...lists: Task[][]): Task[] {
  const merged = new Map<string, Task>();
  for (const task of lists.flat()) {
    const known = merged.get(task.id);
    if (!known || task.version > known.version) merged.set(task.id, task);
  }
  return [...merged.values()];
}
