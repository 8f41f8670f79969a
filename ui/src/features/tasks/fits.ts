/**
 * Whether a view shows a task that the server does not have yet. For all others, the server decides.
 */
import type { Task } from "@/lib/api/types";
import { type DueGroup, dueGroup, dueOf, localTimeZone, today } from "@/lib/dates";
import type { Filters } from "./filters";
import { finds } from "./search";
import { TITLES } from "./sections";

export function fits(task: Task, filters: Filters, now: Date): boolean {
  const { q, status, due, priorities, tags } = filters;
  if (status !== "all" && task.completed !== (status === "completed")) return false;
  if (due && sectionOf(task, now).id !== due) return false;
  if (priorities.length && !priorities.includes(task.priority)) return false;
  if (!tags.every((tag) => task.tags.includes(tag))) return false;
  return finds([task.title, ...task.tags, task.notes].join(" "), q);
}

/** The section of the list that a task belongs to by its due date. */
export function sectionOf(task: Task, now: Date): { id: DueGroup; title: string } {
  const zone = localTimeZone();
  const id = dueGroup(dueOf(task, zone), today(now, zone));
  return { id, title: TITLES[id] };
}
