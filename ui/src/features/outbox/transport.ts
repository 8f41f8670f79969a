/**
 * One change as requests to the API.
 */
import { answered, api } from "@/lib/api/client";
import { asApiError, errorFromProblem } from "@/lib/api/errors";
import type { BulkRequest, BulkResults, Task, Undone } from "@/lib/api/types";
import type { Box, Change, Entry } from "./entry";
import { StaleError } from "./failure";
import { type Answer, serverIds } from "./outbox";

/** Milliseconds until an unanswered request counts as failed. */
const PATIENCE = 30_000;

type Call<T> = Promise<{ data?: T; error?: unknown; response: Response }>;

/** @throws StaleError, or another ApiError */
async function read<T>(call: Call<T>): Promise<{ data: T | undefined; changeId?: string }> {
  const { data, error, response } = await answered(call);
  if (response.ok) return { data, changeId: response.headers.get("Change-Id") ?? undefined };
  const failure = errorFromProblem(error, response);
  const current = (error as { current?: Task } | undefined)?.current;
  throw response.status === 409 && current ? new StaleError(failure, current) : failure;
}

export async function send(entry: Entry, box: Box): Promise<Answer> {
  const { key, change } = entry;
  const options = { headers: { "Idempotency-Key": key }, signal: AbortSignal.timeout(PATIENCE) };
  const ids = serverIds(box, entry.ids);
  switch (change.kind) {
    case "create": {
      const { data, changeId } = await read<Task>(
        api.POST("/api/v1/tasks", { body: change.task, ...options }),
      );
      return { task: data, changeId };
    }
    case "bulk":
      return bulk({ ids, action: change.action, patch: change.patch }, options);
    case "undo":
      return undo(change, box, options);
    default:
      return ids[0] ? single(ids[0], change, options) : {};
  }
}

type Options = { headers: { "Idempotency-Key": string }; signal: AbortSignal };
type Single = Extract<Change, { kind: "update" | "delete" }>;

async function single(id: string, change: Single, common: Options): Promise<Answer> {
  const options = { ...common, params: { path: { task_id: id } } };
  if (change.kind === "delete") {
    try {
      const { changeId } = await read(api.DELETE("/api/v1/tasks/{task_id}", options));
      return { changeId };
    } catch (error) {
      // Already deleted, so the request is fulfilled.
      if (asApiError(error).status === 404) return {};
      throw error;
    }
  }
  const { base, patch } = change;
  try {
    const body = base ? { ...patch, version: base.version } : patch;
    const { data, changeId } = await read<Task>(api.PATCH("/api/v1/tasks/{task_id}", { body, ...options }));
    return { task: data, changeId };
  } catch (error) {
    if (!base || asApiError(error).status !== 409 || error instanceof StaleError) throw error;
    const { data } = await read<Task>(api.GET("/api/v1/tasks/{task_id}", options));
    throw data ? new StaleError(asApiError(error), data) : error;
  }
}

async function bulk(body: BulkRequest, options: Options): Promise<Answer> {
  if (!body.ids.length) return {};
  const { data, changeId } = await read<BulkResults>(api.POST("/api/v1/tasks/bulk", { body, ...options }));
  const gone = data?.results.filter(({ status }) => status !== "ok").length ?? 0;
  return { changeId, gone };
}

/** Without a change set, nothing was changed and nothing can be undone. */
async function undo(
  { of, changeId }: Extract<Change, { kind: "undo" }>,
  { outcomes }: Box,
  options: Options,
): Promise<Answer> {
  const change_id = changeId ?? outcomes[of ?? ""]?.changeId;
  if (!change_id) return {};
  const params = { path: { change_id } };
  const undone = await read<Undone>(api.POST("/api/v1/changes/{change_id}/undo", { params, ...options }));
  return { changeId: undone.data?.change_id ?? undefined, tasks: undone.data?.tasks };
}
