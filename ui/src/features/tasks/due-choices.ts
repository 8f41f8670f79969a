/**
 * Due dates that one click sets, in days from today. The time of day of the task stays.
 */
import type { Task } from "@/lib/api/types";
import { type DueFields, dueFields, dueOf, inDays, moved } from "@/lib/dates";

export const DUE_CHOICES = [
  { label: "Today", days: 0 },
  { label: "Tomorrow", days: 1 },
  { label: "In a week", days: 7 },
];

/** The due date after such a choice; null days take the date away. */
export function rescheduled(task: DueFields, days: number | null, now: Date, zone: string): DueFields {
  if (days === null) return dueFields(null, zone);
  return dueFields(moved(dueOf(task, zone), inDays(now, days, zone)), zone);
}

/** The same for many tasks: those that get the same due date together. */
export function reschedule(tasks: readonly Task[], days: number | null, now: Date, zone: string) {
  const parts = new Map<string, { ids: string[]; patch: DueFields }>();
  for (const task of tasks) {
    const patch = rescheduled(task, days, now, zone);
    const key = JSON.stringify(patch);
    const part = parts.get(key) ?? { ids: [], patch };
    part.ids.push(task.id);
    parts.set(key, part);
  }
  return [...parts.values()];
}
