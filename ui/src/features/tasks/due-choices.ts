/**
 * Due dates that one click sets, in days from today. The time of day stays the same.
 */
import type { Task } from "@/lib/api/types";
import { type DueFields, dueFields, dueOf, inDays, moved } from "@/lib/dates";

export const DUE_CHOICES = [
  { label: "Today", days: 0 },
  { label: "Tomorrow", days: 1 },
  { label: "In a week", days: 7 },
];

/** The due date after such a choice. `null` days remove the date. */
export function rescheduled(task: DueFields, days: number | null, now: Date, zone: string): DueFields {
  if (days === null) return dueFields(null, zone);
  return dueFields(moved(dueOf(task, zone), inDays(now, days, zone)), zone);
}

/** The same for many tasks, grouped by their new due date. */
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
