/**
 * Changing single tasks: each change is shown at once, confirmed or taken back later, and can be undone
 * where losing work is possible.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { showToast } from "@/components/toast/toast-store";
import { api, unwrap } from "@/lib/api/client";
import { asApiError } from "@/lib/api/errors";
import type { NewTask, Task, TaskPatch } from "@/lib/api/types";
import { randomId } from "@/lib/random-id";
import {
  findTask,
  holdFetches,
  insertTask,
  patchTask,
  removeTasks,
  replaceTask,
  revertTask,
  settle,
} from "./cache";
import { TASKS } from "./queries";

export function showError(what: string, error: unknown, retry?: () => void): void {
  const { message, requestId, status } = asApiError(error);
  // The session's own note explains a 401.
  if (status === 401) return;
  showToast({
    kind: "error",
    message: `${what} ${message}`,
    note: requestId && `Request ${requestId}`,
    action: retry && { label: "Retry", run: retry },
  });
}

export const isPending = (task: Task): boolean => task.id.startsWith("pending-");

type Draft = NewTask & { key?: string };

export function useCreateTask() {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationKey: [TASKS],
    // The key makes a repeated request answer with the first one's task.
    mutationFn: ({ key, ...body }: Required<Pick<Draft, "key">> & NewTask) =>
      unwrap(api.POST("/api/v1/tasks", { body, params: { header: { "Idempotency-Key": key } } })),
    onMutate: async ({ key, ...body }) => {
      await holdFetches(client);
      insertTask(client, pendingTask(key, body));
    },
    onSuccess: (task, { key }) => replaceTask(client, pendingId(key), task),
    onError: (error, draft) => {
      removeTasks(client, [pendingId(draft.key)]);
      showError(`“${draft.title}” was not added.`, error, () => mutation.mutate(draft));
    },
    onSettled: () => settle(client),
  });
  return (task: NewTask) => mutation.mutate({ ...task, key: randomId() });
}

const pendingId = (key: string) => `pending-${key}`;

function pendingTask(key: string, task: NewTask): Task {
  const now = new Date().toISOString();
  return {
    notes: "",
    priority: "none",
    tags: [],
    ...task,
    id: pendingId(key),
    due_at: task.due_at ?? null,
    completed: false,
    completed_at: null,
    created_at: now,
    updated_at: now,
    deleted_at: null,
    version: 0,
  } as Task;
}

/** The fields of a patch as they will look on the task. */
function optimistic(patch: TaskPatch): Partial<Task> {
  const { version: _version, ...fields } = patch;
  const changes = fields as Partial<Task>;
  if (patch.completed !== undefined) changes.completed_at = patch.completed ? new Date().toISOString() : null;
  return changes;
}

export type UpdateOptions = {
  /** Refuse (409) when the task has changed elsewhere since it was read. For texts, where a merge is impossible. */
  guarded?: boolean;
};

type Update = { patch: TaskPatch; options?: UpdateOptions };

export function useUpdateTask(id: string) {
  const client = useQueryClient();
  const mutationKey = [TASKS, id];
  const mutation = useMutation({
    mutationKey,
    // One change of a task after the other, so that the guard sees the version the last one made.
    scope: { id: `task-${id}` },
    mutationFn: ({ patch, options }: Update) => {
      const version = options?.guarded ? findTask(client, id)?.version : undefined;
      const body = version === undefined ? patch : { ...patch, version };
      return unwrap(api.PATCH("/api/v1/tasks/{task_id}", { params: { path: { task_id: id } }, body }));
    },
    onMutate: async ({ patch }) => {
      await holdFetches(client);
      const before = findTask(client, id);
      const attempted = optimistic(patch);
      patchTask(client, id, attempted);
      return { before, attempted };
    },
    onSuccess: (task) => {
      // While another change of this task waits its turn, its fields are newer than this answer's.
      if (client.isMutating({ mutationKey }) > 1) patchTask(client, id, { version: task.version });
      else replaceTask(client, id, task);
    },
    onError: (error, update, context) => {
      if (context?.before) revertTask(client, id, context.attempted, context.before);
      const stale = asApiError(error).status === 409;
      showError(stale ? "This task was changed elsewhere." : "Not saved.", error, () =>
        mutation.mutate(update),
      );
    },
    onSettled: () => settle(client),
  });
  /** Resolves to whether the change was saved; a failure has been shown by then. */
  return (patch: TaskPatch, options?: UpdateOptions): Promise<boolean> =>
    mutation.mutateAsync({ patch, options }).then(
      () => true,
      () => false,
    );
}

export function useDeleteTask() {
  const client = useQueryClient();
  const restore = useRestoreTask();
  const mutation = useMutation({
    mutationKey: [TASKS],
    mutationFn: (task: Task) =>
      unwrap(api.DELETE("/api/v1/tasks/{task_id}", { params: { path: { task_id: task.id } } })),
    onMutate: async (task) => {
      await holdFetches(client);
      removeTasks(client, [task.id]);
    },
    onSuccess: (_nothing, task) =>
      showToast({
        kind: "info",
        message: `Deleted “${task.title}”`,
        action: { label: "Undo", run: () => restore(task), undo: true },
      }),
    onError: (error, task) => {
      insertTask(client, task);
      showError(`“${task.title}” was not deleted.`, error, () => mutation.mutate(task));
    },
    onSettled: () => settle(client),
  });
  return (task: Task) => mutation.mutate(task);
}

function useRestoreTask() {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationKey: [TASKS],
    mutationFn: (task: Task) =>
      unwrap(api.POST("/api/v1/tasks/{task_id}/restore", { params: { path: { task_id: task.id } } })),
    onMutate: async (task) => {
      await holdFetches(client);
      insertTask(client, task);
    },
    onError: (error, task) => {
      removeTasks(client, [task.id]);
      showError(`“${task.title}” was not restored.`, error, () => mutation.mutate(task));
    },
    onSettled: () => settle(client),
  });
  return (task: Task) => mutation.mutate(task);
}
