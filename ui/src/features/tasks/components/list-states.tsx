/**
 * Shown instead of an empty list: no tasks yet, no match, or an error.
 */
import type { ReactNode } from "react";
import { Button } from "@/components/button";
import { Icon } from "@/components/icon";
import { RequestId } from "@/components/technical-details";
import { asApiError } from "@/lib/api/errors";
import { useHadTasks } from "../use-had-tasks";

function Notice({
  icon,
  title,
  text,
  action,
}: {
  icon?: ReactNode;
  title: string;
  text: string;
  action: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center px-6 py-14 text-center">
      {icon && (
        <div className="mb-4 grid size-14 place-items-center rounded-full bg-accent-soft text-accent">
          {icon}
        </div>
      )}
      <h2 className="font-semibold text-lg">{title}</h2>
      <p className="mt-1 mb-5 max-w-sm text-soft">{text}</p>
      {action}
    </div>
  );
}

/** For new accounts only. A user who has deleted every task needs no introduction. */
export function NothingYet({ onAdd }: { onAdd: () => void }) {
  const hadTasks = useHadTasks();
  if (hadTasks === undefined) return null;
  if (hadTasks) {
    return (
      <Notice
        icon={<Icon name="done" className="size-7" />}
        title="No tasks"
        text="There is nothing on your list."
        action={<Button onClick={onAdd}>Add a task</Button>}
      />
    );
  }
  return (
    <Notice
      icon={<Icon name="done" className="size-7" />}
      title="Nothing to do yet"
      text="Write down the first thing on your mind. A date, a priority and tags can be part of the sentence."
      action={
        <Button look="primary" onClick={onAdd}>
          Add your first task
        </Button>
      }
    />
  );
}

export function AllDone({ onAdd }: { onAdd: () => void }) {
  return (
    <Notice
      icon={<Icon name="done" className="size-7" />}
      title="All done"
      text="Everything on this list is completed."
      action={<Button onClick={onAdd}>Add another task</Button>}
    />
  );
}

export function NothingFound({ onClear }: { onClear: () => void }) {
  return (
    <Notice
      icon={<Icon name="search" className="size-7" />}
      title="Nothing here"
      text="No task matches this view and its filters."
      action={<Button onClick={onClear}>Show all tasks</Button>}
    />
  );
}

export function LoadError({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { message, requestId } = asApiError(error);
  return (
    <div role="alert" className="rounded-2xl border border-danger bg-surface p-6">
      <h2 className="font-semibold">Your tasks could not be loaded</h2>
      <p className="mt-1 text-soft">{message}</p>
      <RequestId id={requestId} />
      <Button className="mt-4" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}
