/**
 * Changing many tasks with one request.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { showToast } from "@/components/toast/toast-store";
import { api, unwrap } from "@/lib/api/client";
import { LIMITS } from "@/lib/api/limits";
import type { BulkRequest, BulkResults, Task } from "@/lib/api/types";
import { plural } from "@/lib/plural";
import { findTask, holdFetches, insertTask, patchTask, removeTasks, revertTask, settle } from "./cache";
import { showError } from "./mutations";
import { TASKS } from "./queries";

const DONE: Record<BulkRequest["action"], string> = {
  complete: "Completed",
  reopen: "Reopened",
  delete: "Deleted",
  restore: "Restored",
  update: "Changed",
};
const OPPOSITE: Partial<Record<BulkRequest["action"], BulkRequest["action"]>> = {
  complete: "reopen",
  reopen: "complete",
  delete: "restore",
};

const counted = (count: number) => plural(count, "task");

export function useBulk() {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationKey: [TASKS],
    mutationFn: sendInParts,
    onMutate: async (request) => {
      await holdFetches(client);
      const before = request.ids.map((id) => findTask(client, id)).filter((task) => task !== undefined);
      if (request.action === "delete") removeTasks(client, request.ids);
      else for (const task of before) patchTask(client, task.id, optimisticChange(request));
      return { before };
    },
    onSuccess: ({ results }, request) => {
      const opposite = OPPOSITE[request.action];
      const ids = results.filter(({ status }) => status === "ok").map(({ id }) => id);
      const missing = results.length - ids.length;
      const action = opposite && {
        label: "Undo",
        undo: true,
        run: () => mutation.mutate({ ids, action: opposite }),
      };
      const note = missing ? `${counted(missing)} no longer existed` : undefined;
      showToast({ kind: "info", message: `${DONE[request.action]} ${counted(ids.length)}`, note, action });
    },
    onError: (error, request, context) => {
      for (const task of context?.before ?? []) {
        if (request.action === "delete") insertTask(client, task);
        else revertTask(client, task.id, optimisticChange(request), task);
      }
      showError(`${counted(request.ids.length)} not changed.`, error, () => mutation.mutate(request));
    },
    onSettled: () => settle(client),
  });
  return mutation.mutate;
}

async function sendInParts({ ids, ...request }: BulkRequest): Promise<BulkResults> {
  const results: BulkResults["results"] = [];
  for (let start = 0; start < ids.length; start += LIMITS.bulk) {
    const body = { ...request, ids: ids.slice(start, start + LIMITS.bulk) };
    results.push(...(await unwrap(api.POST("/api/v1/tasks/bulk", { body }))).results);
  }
  return { results };
}

function optimisticChange({ action, patch }: BulkRequest): Partial<Task> {
  if (action === "complete") return { completed: true };
  if (action === "reopen") return { completed: false };
  if (action !== "update" || !patch) return {};
  const changes: Partial<Task> = {};
  if (patch.priority) changes.priority = patch.priority;
  if (patch.due_at !== undefined) changes.due_at = patch.due_at;
  return changes;
}
