/**
 * Completing a task, with the way back: a tick is easily made by mistake, and the row leaves the list.
 */
import { useQueryClient } from "@tanstack/react-query";
import type { Task } from "@/lib/api/types";
import { offerUndo, useUpdateTask } from "./mutations";

export function useCompleteTask(task: Task): (completed: boolean) => void {
  const client = useQueryClient();
  const update = useUpdateTask(task.id);
  return (completed) => {
    const step = update({ completed });
    if (completed) offerUndo(client, { ...step, label: `Completed “${task.title}”` });
  };
}
