/**
 * Keeps a task that was just ticked in its place for a moment, so that the tick is visible before the row disappears.
 */
import { useEffect, useMemo, useState } from "react";
import type { Task } from "@/lib/api/types";

/** Milliseconds. */
const LINGER = 500;

/** The ids of the tasks completed within the last half second. */
export function useLingering(tasks: Task[]): string[] {
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round looks at the clock again.
  const lingering = useMemo(() => tasks.filter(justCompleted).map(({ id }) => id), [tasks, round]);

  useEffect(() => {
    if (!lingering.length) return;
    const timer = setTimeout(() => setRound((count) => count + 1), LINGER);
    return () => clearTimeout(timer);
  }, [lingering]);
  return lingering;
}

/** Counts in both directions, because the server's clock may be ahead. */
function justCompleted({ completed, completed_at: at }: Task): boolean {
  return completed && at !== null && Math.abs(Date.now() - Date.parse(at)) < LINGER;
}
