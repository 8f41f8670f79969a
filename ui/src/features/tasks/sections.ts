/**
 * Splits the loaded tasks into the sections of the list.
 */
import type { Task } from "@/lib/api/types";
import { type DueGroup, dueGroup } from "@/lib/dates";
import type { Sort } from "./filters";

export type SectionId = DueGroup | "open" | "completed";
export type Section = { id: SectionId; title: string; tasks: Task[] };

const TITLES: Record<SectionId, string> = {
  overdue: "Overdue",
  today: "Today",
  upcoming: "Upcoming",
  none: "No date",
  open: "Tasks",
  completed: "Completed",
};
const DUE_ORDER: DueGroup[] = ["overdue", "today", "upcoming", "none"];

/**
 * Sections by due date when the list is sorted by it; any other order would be torn apart by them, so then the open
 * tasks stay one list in the API's order.
 */
export function openSections(open: Task[], sort: Sort, now: Date, timeZone: string): Section[] {
  if (sort !== "due_at") return open.length ? [{ id: "open", title: TITLES.open, tasks: open }] : [];
  return DUE_ORDER.map((id) => ({
    id,
    title: TITLES[id],
    tasks: open.filter((task) => dueGroup(task.due_at, now, timeZone) === id).sort(withinSection),
  })).filter((section) => section.tasks.length > 0);
}

/** By due instant; among equals (no date) the newest first, where the add field puts them. */
function withinSection(a: Task, b: Task): number {
  const byDue = (a.due_at ? Date.parse(a.due_at) : 0) - (b.due_at ? Date.parse(b.due_at) : 0);
  return byDue || Date.parse(b.created_at) - Date.parse(a.created_at);
}

/** The most recently completed first. */
export function completedSection(completed: Task[]): Section {
  const when = (task: Task) => Date.parse(task.completed_at ?? task.updated_at);
  return { id: "completed", title: TITLES.completed, tasks: completed.toSorted((a, b) => when(b) - when(a)) };
}

/**
 * One list out of the open and the completed one. A task can be in both, or in the wrong one, between a change and
 * the next fetch; then the newer version of it counts.
 */
export function mergeTasks(...lists: Task[][]): Task[] {
  const merged = new Map<string, Task>();
  for (const task of lists.flat()) {
    const known = merged.get(task.id);
    if (!known || task.version > known.version) merged.set(task.id, task);
  }
  return [...merged.values()];
}
