/**
 * Changing single tasks. A change is shown immediately and kept in the outbox until the server has confirmed it. Each
 * can be undone.
 */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { showToast } from "@/components/toast/toast-store";
import { addChange, readEntries } from "@/features/outbox/current";
import { type Base, isLocal, type Patch } from "@/features/outbox/entry";
import { fieldsAfter, unlisted } from "@/features/outbox/overlay";
import type { NewTask, Task } from "@/lib/api/types";
import { findTask } from "./cache";
import { absent, recordStep, type Step, undo } from "./history";

/** The server does not know the task yet. */
export const isPending = (task: Task): boolean => isLocal(task.id);

/** Returns the temporary id of the new task, until the server assigns one. */
export function useCreateTask(): (task: NewTask) => string {
  return (body) => {
    const { key, id } = addChange({ kind: "create", task: body });
    const task = unlisted(readEntries()).find((known) => known.id === id);
    if (task) recordStep({ label: `Added “${body.title}”`, parts: [{ key, before: [absent(task)] }] });
    return id;
  };
}

export type UpdateOptions = {
  /** For texts: what the field showed before typing. The server refuses the text if it has changed since. */
  base?: Base;
  /** All saves of one text are one step of undo. */
  group?: string;
};

export function useUpdateTask(id: string): (patch: Patch, options?: UpdateOptions) => Step {
  const client = useQueryClient();
  return (patch, { base, group } = {}) => {
    const task = findTask(client, id);
    const { key } = addChange({ kind: "update", patch, base }, [id]);
    const fields = task ? (Object.keys(fieldsAfter(task, patch, "")) as (keyof Task)[]) : [];
    const step = {
      label: `Changed “${task?.title}”`,
      group,
      parts: [{ key, before: task ? [{ task, fields }] : [] }],
    };
    recordStep(step);
    return step;
  };
}

export function useDeleteTask(): (task: Task) => void {
  const client = useQueryClient();
  return (task) => {
    const label = `Deleted “${task.title}”`;
    const { key } = addChange({ kind: "delete" }, [task.id]);
    announce(client, { label, parts: [{ key, before: [{ task, fields: ["deleted_at"] }] }] });
  };
}

/** Shows a toast with an undo button. */
export function announce(client: QueryClient, step: Step): void {
  recordStep(step);
  offerUndo(client, step);
}

export function offerUndo(client: QueryClient, step: Step): void {
  showToast({
    kind: "info",
    message: step.label,
    action: { label: "Undo", run: () => void undo(client, step) },
    about: step.parts[0],
  });
}
