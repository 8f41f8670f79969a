/**
 * Completing a task, with undo: it is easy to tick the wrong task, and the row then leaves the list.
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
