/**
 * Completing a task, with the way back: a tick is easily made by mistake, and the row leaves the list.
 */
import { showToast } from "@/components/toast/toast-store";
import type { Task } from "@/lib/api/types";
import { useUpdateTask } from "./mutations";

export function useCompleteTask(task: Task): (completed: boolean) => Promise<void> {
  const update = useUpdateTask(task.id);
  return async (completed) => {
    const saved = await update({ completed });
    if (!saved || !completed) return;
    showToast({
      kind: "info",
      message: `Completed “${task.title}”`,
      action: { label: "Undo", undo: true, run: () => void update({ completed: false }) },
    });
  };
}
