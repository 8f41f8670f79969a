/**
 * An unsaved change in words, for where its row is not on the page.
 */
import type { QueryClient } from "@tanstack/react-query";
import type { Change, Entry } from "@/features/outbox/entry";
import { plural } from "@/lib/plural";
import { fetchedTask } from "./cache";

/** `text`: what was typed, which nobody should have to type again. */
export type Description = { label: string; text?: string };

const ACTIONS = {
  complete: "Complete",
  reopen: "Reopen",
  delete: "Delete",
  restore: "Restore",
  update: "Change",
};

const FIELDS: Record<string, string> = {
  title: "title",
  notes: "notes",
  priority: "priority",
  due_on: "due date",
  due_at: "due date",
  due_zone: "due date",
  add_tags: "tags",
  remove_tags: "tags",
  tags: "tags",
};

export function describe(
  client: QueryClient,
  { ids, change }: Entry,
  entries: readonly Entry[],
): Description {
  if (change.kind === "create") {
    return { label: `Add “${change.task.title}”`, text: change.task.notes || undefined };
  }
  const name = nameOf(client, ids, change, entries);
  if (change.kind === "update") return ofUpdate(change, name);
  if (change.kind === "bulk") return { label: `${ACTIONS[change.action]} ${name}` };
  return { label: `${change.kind === "delete" ? "Delete" : "Undo the change of"} ${name}` };
}

function ofUpdate({ patch }: Extract<Change, { kind: "update" }>, name: string): Description {
  if (patch.completed !== undefined) return { label: `${patch.completed ? "Complete" : "Reopen"} ${name}` };
  const fields = new Set(Object.keys(patch).flatMap((field) => FIELDS[field] ?? []));
  return {
    label: `Change the ${[...fields].join(", ")} of ${name}`,
    text: patch.notes || patch.title || undefined,
  };
}

function nameOf(
  client: QueryClient,
  ids: readonly string[],
  change: Change,
  entries: readonly Entry[],
): string {
  const [id] = ids;
  if (ids.length !== 1 || !id) return plural(ids.length, "task");
  const added = entries.find((entry) => entry.change.kind === "create" && entry.ids.includes(id))?.change;
  const title =
    fetchedTask(client, id)?.title ??
    (added?.kind === "create" ? added.task.title : undefined) ??
    (change.kind === "update" ? change.base?.texts.title : undefined) ??
    (change.kind === "undo" ? change.before[0]?.task.title : undefined);
  return title ? `“${title}”` : "a task";
}
