/**
 * Changing many tasks with one request.
 */
import { useQueryClient } from "@tanstack/react-query";
import { addChange } from "@/features/outbox/current";
import type { Before } from "@/features/outbox/entry";
import { fieldsAfter } from "@/features/outbox/overlay";
import { LIMITS } from "@/lib/api/limits";
import type { BulkRequest, Task } from "@/lib/api/types";
import { plural } from "@/lib/plural";
import { findTask } from "./cache";
import { announce } from "./mutations";

const DONE: Record<BulkRequest["action"], string> = {
  complete: "Completed",
  reopen: "Reopened",
  delete: "Deleted",
  restore: "Restored",
  update: "Changed",
};

/** Different requests may be one change for the user: one toast and one step of undo. */
export function useBulk(): (request: BulkRequest, ...others: BulkRequest[]) => void {
  const client = useQueryClient();
  const send = ({ ids, action, patch }: BulkRequest) => {
    const before = (part: readonly string[]): Before[] =>
      part.flatMap((id) => {
        const task = findTask(client, id);
        return task ? [{ task, fields: fieldsChanged(task, action, patch) }] : [];
      });
    return inParts(ids).map((part) => {
      const known = before(part);
      return { key: addChange({ kind: "bulk", action, patch }, part).key, before: known };
    });
  };
  return (...requests) => {
    const count = requests.reduce((sum, { ids }) => sum + ids.length, 0);
    const label = `${DONE[requests[0].action]} ${plural(count, "task")}`;
    announce(client, { label, parts: requests.flatMap(send) });
  };
}

function inParts(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / LIMITS.bulk);
  return Array.from({ length: count }, (_, index) =>
    ids.slice(index * LIMITS.bulk, (index + 1) * LIMITS.bulk),
  );
}

function fieldsChanged(
  task: Task,
  action: BulkRequest["action"],
  patch: BulkRequest["patch"],
): (keyof Task)[] {
  if (action === "update") return Object.keys(fieldsAfter(task, patch ?? {}, "")) as (keyof Task)[];
  return action === "complete" || action === "reopen" ? ["completed", "completed_at"] : ["deleted_at"];
}
