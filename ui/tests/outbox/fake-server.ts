/**
 * A server that keeps its promises: it answers a repeated Idempotency-Key as it did the first time, and refuses (409) a
 * text that is based on an older version. The network in between loses requests and answers.
 */
import type { Box, Entry } from "@/features/outbox/entry";
import { StaleError } from "@/features/outbox/failure";
import { type Answer, serverIds } from "@/features/outbox/outbox";
import { ApiError } from "@/lib/api/errors";
import type { Task } from "@/lib/api/types";
import { makeTask } from "../tasks/task";

/** What happens to the next requests, one after the other; then all goes well. */
export type Fate = "ok" | "request-lost" | "answer-lost" | "busy" | "signed-out";

export class FakeServer {
  readonly tasks = new Map<string, Task>();
  readonly applied: string[] = [];
  fates: Fate[] = [];
  private readonly answers = new Map<string, { body: string; answer: Answer }>();

  async send(entry: Entry, box: Box): Promise<Answer> {
    const fate = this.fates.shift() ?? "ok";
    await Promise.resolve();
    if (fate === "request-lost") throw new ApiError(0, "No connection.");
    if (fate === "busy") throw new ApiError(503, "Busy.");
    if (fate === "signed-out") throw new ApiError(401, "Sign in.");
    const body = JSON.stringify(entry.change);
    const known = this.answers.get(entry.key);
    if (known && known.body !== body) throw new ApiError(422, "Another body under the same key.");
    const answer = known?.answer ?? this.apply(entry, box);
    this.answers.set(entry.key, { body, answer });
    if (fate === "answer-lost") throw new ApiError(0, "No answer.");
    return structuredClone(answer);
  }

  /** Another device changes a task. */
  elsewhere(id: string, changes: Partial<Task>): void {
    const task = this.tasks.get(id);
    if (task) this.tasks.set(id, { ...task, ...changes, version: task.version + 1 });
  }

  private apply({ key, ids, change }: Entry, box: Box): Answer {
    if (change.kind === "create") {
      const task = makeTask({ title: change.task.title });
      this.tasks.set(task.id, task);
      this.applied.push(key);
      return { task, changeId: key };
    }
    const [id = ""] = serverIds(box, ids);
    const task = this.tasks.get(id);
    if (!task) throw new ApiError(404, "No such task.");
    if (change.kind === "delete") {
      this.tasks.delete(id);
      this.applied.push(key);
      return { changeId: key };
    }
    if (change.kind !== "update") throw new Error(`no answer to ${change.kind}`);
    const { base, patch } = change;
    if (base && base.version !== task.version) throw new StaleError(new ApiError(409, "Changed."), task);
    const { version: _, add_tags = [], remove_tags = [], ...fields } = patch;
    const tags = [...new Set([...task.tags, ...add_tags])].filter((tag) => !remove_tags.includes(tag));
    const next: Task = { ...task, tags, ...fields, version: task.version + 1 };
    this.tasks.set(id, next);
    this.applied.push(key);
    return { task: next, changeId: key };
  }
}
