/**
 * Which tasks the page shows with a mark at their row, so that unsaved changes of all others are listed elsewhere.
 */
import { useLayoutEffect } from "react";
import { createStore } from "@/lib/store";
import { useEntries } from "./current";
import type { Entry } from "./entry";

/** How many marks each task has. */
const marks = createStore<ReadonlyMap<string, number>>(new Map());

function count(id: string, step: 1 | -1): void {
  const next = new Map(marks.read());
  next.set(id, (next.get(id) ?? 0) + step);
  if (!next.get(id)) next.delete(id);
  marks.write(next);
}

/** Before the browser paints: the list of the others never flashes. */
export function useMarked(id: string): void {
  useLayoutEffect(() => {
    count(id, 1);
    return () => count(id, -1);
  }, [id]);
}

/** The unsaved changes that no mark on the page stands for. */
export function useUnmarked(): Entry[] {
  const marked = marks.use();
  return useEntries().filter(({ trouble, ids }) => trouble && !ids.some((id) => marked.has(id)));
}
