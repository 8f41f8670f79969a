"use client";

/**
 * Asks before the assistant does what needs the user's consent.
 */
import { Button } from "@/components/button";
import { asApiError } from "@/lib/api/errors";
import type { Confirmation } from "@/lib/api/types";
import { plural } from "@/lib/plural";
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
  const { token, action, count, task_titles: titles, call_id: callId } = confirmation;
  const { decided, onTasksChanged } = useChat();
  const decide = useDecide((result) => {
    decided(callId, result);
    // The buttons go, and with them the focus.
    focusComposer();
  }, onTasksChanged);
  const tasks = plural(count, "task");
  return (
    <div className="border-line border-t px-3 pt-2 pb-3 pl-9">
      <ul className="max-h-40 list-disc overflow-y-auto pl-4 text-soft marker:text-faint">
        {titles.map((title, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: titles may be alike, and the list never changes.
          <li key={index} className="wrap-anywhere">
            {title}
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
