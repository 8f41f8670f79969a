/**
 * How many tasks carry each tag, with the changes that the server has not counted yet.
 */
import type { Task } from "@/lib/api/types";

export type TagCount = { name: string; count: number };

/** The counts after some tasks have changed. A tag that no task carries is left out, as the server does. */
export function tagsAfter(
  counted: readonly TagCount[],
  before: readonly Task[],
  after: readonly Task[],
): TagCount[] {
  const counts = new Map(counted.map(({ name, count }) => [name, count]));
  const add = (tasks: readonly Task[], step: 1 | -1) => {
    for (const { tags } of tasks) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + step);
  };
  add(before, -1);
  add(after, 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}
