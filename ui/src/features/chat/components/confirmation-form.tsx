"use client";

/**
 * Asks for the user's consent before the assistant acts.
 */
import { Button } from "@/components/button";
import { asApiError } from "@/lib/api/errors";
import type { Confirmation } from "@/lib/api/types";
import { plural } from "@/lib/plural";
import { useNow } from "@/lib/use-now";
import { differences, type ProposedChange } from "../changes";
import { useChat } from "../chat-provider";
import { useDecide } from "../queries";
import { focusComposer } from "../use-chat-panel";

const VERBS: Record<Confirmation["action"], string> = {
  create: "Add",
  update: "Change",
  complete: "Complete",
  reopen: "Reopen",
  delete: "Delete",
  restore: "Restore",
};

export function ConfirmationForm({ confirmation }: { confirmation: Confirmation }) {
  const { token, action, count, task_titles: titles, call_id: callId, changes } = confirmation;
  const { decided, onTasksChanged } = useChat();
  const decide = useDecide((result) => {
    decided(callId, result);
    // The buttons are removed, and the focus with them.
    focusComposer();
  }, onTasksChanged);
  const tasks = plural(count, "task");
  return (
    <div className="border-line border-t px-3 pt-2 pb-3 pl-9">
      <ul className="max-h-60 list-disc overflow-y-auto pl-4 text-soft marker:text-faint">
        {titles.map((title, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: titles may be alike, and the list never changes.
          <li key={index} className="wrap-anywhere">
            {title}
            {(action === "update" || action === "create") && <Differences change={changes[index]} />}
          </li>
        ))}
        {count > titles.length && <li>and {count - titles.length} more</li>}
      </ul>
      {decide.error && (
        <p role="alert" className="mt-2 text-danger">
          {asApiError(decide.error).message}
        </p>
      )}
      <div className="mt-3 flex flex-wrap gap-2">
        <Button
          look={action === "delete" ? "danger" : "primary"}
          disabled={decide.isPending}
          onClick={() => decide.mutate({ token, approve: true })}
        >
          {VERBS[action]} {tasks}
        </Button>
        <Button disabled={decide.isPending} onClick={() => decide.mutate({ token, approve: false })}>
          Cancel
        </Button>
      </div>
    </div>
  );
}

/** Each field before and after; of a new task, what it will have. */
function Differences({ change }: { change: ProposedChange | undefined }) {
  const now = useNow();
  if (!change) return null;
  return (
    <ul className="text-faint text-xs">
      {differences(change, now).map(({ field, before, after }) => (
        <li key={field}>
          {field}:{" "}
          {before !== null && (
            <>
              <s className="decoration-faint/60">{before}</s>
              <span aria-hidden="true"> → </span>
              <span className="sr-only"> becomes </span>
            </>
          )}
          <span className="font-medium text-ink">{after}</span>
        </li>
      ))}
    </ul>
  );
}
