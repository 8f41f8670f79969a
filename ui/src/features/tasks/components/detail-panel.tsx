"use client";

/**
 * Everything about one task. Each field is saved when it loses the focus.
 */
import { type KeyboardEvent, useEffect, useRef } from "react";
import { Button } from "@/components/button";
import { Icon } from "@/components/icon";
import { rowKey } from "@/features/outbox/current";
import { asApiError } from "@/lib/api/errors";
import type { Task } from "@/lib/api/types";
import { dateLocale } from "@/lib/dates";
import { isTyping } from "@/lib/shortcuts";
import { useCompleteTask } from "../complete";
import { useDeleteTask, useUpdateTask } from "../mutations";
import { useTask } from "../queries";
import { CompleteCheckbox } from "./complete-checkbox";
import { DueField } from "./due-field";
import { NotesField } from "./notes-field";
import { PriorityField } from "./priority-field";
import { TagField } from "./tag-field";
import { TitleField } from "./title-field";

type DetailPanelProps = {
  id: string;
  /** Opened by keyboard, so the panel takes the focus. */
  entered: boolean;
  /** The task from the list. If it is not there, it is fetched. */
  listed: Task | undefined;
  onClose: () => void;
};

/** Where a sheet's focus begins. */
function focusFirst(element: HTMLElement | null): void {
  element?.setAttribute("autofocus", "");
}

export function DetailPanel({ id, entered, listed, onClose }: DetailPanelProps) {
  const root = useRef<HTMLDivElement>(null);
  const focusHeading = () => root.current?.querySelector("h2")?.focus();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each task that is opened moves the focus once.
  useEffect(() => {
    if (entered) focusHeading();
  }, [entered, id]);

  const onKeyDown = (event: KeyboardEvent) => {
    // A menu or dialog inside handles its own Escape.
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    // Leaving the field saves it. This runs after the field's own Escape handler.
    if (isTyping(event.target)) queueMicrotask(focusHeading);
    else onClose();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is a shortcut for the close button inside.
    <div
      ref={root}
      data-of-task={id}
      className="flex min-h-full flex-col p-5 pb-8 lg:p-6"
      onKeyDown={onKeyDown}
    >
      <div className="mb-4 flex items-center justify-between">
        <h2
          ref={focusFirst}
          tabIndex={-1}
          data-focus-home
          className="rounded-md font-medium text-faint text-sm"
        >
          Task details
        </h2>
        <Button look="icon" aria-label="Close details" onClick={onClose}>
          <Icon name="close" className="size-5" />
        </Button>
      </div>
      {listed ? <Details task={listed} onClose={onClose} /> : <FetchedDetails id={id} onClose={onClose} />}
    </div>
  );
}

function FetchedDetails({ id, onClose }: Pick<DetailPanelProps, "id" | "onClose">) {
  const { data, error, refetch } = useTask(id);
  if (data) return <Details task={data} onClose={onClose} />;
  if (!error)
    return (
      <div role="status" aria-label="Loading task" className="h-40 animate-pulse rounded-xl bg-raised" />
    );
  const gone = asApiError(error).status === 404;
  return (
    <div role="alert">
      <p className="mb-4 text-soft">{gone ? "This task no longer exists." : asApiError(error).message}</p>
      {gone ? <Button onClick={onClose}>Close</Button> : <Button onClick={() => refetch()}>Try again</Button>}
    </div>
  );
}

function Details({ task, onClose }: { task: Task; onClose: () => void }) {
  const update = useUpdateTask(task.id);
  const complete = useCompleteTask(task);
  const remove = useDeleteTask();
  const key = rowKey(task.id);
  const created = new Date(task.created_at).toLocaleDateString(dateLocale(), { dateStyle: "medium" });

  return (
    <div className="flex flex-1 flex-col gap-6">
      <div className="flex items-start gap-3">
        <span className="pt-1.5">
          <CompleteCheckbox task={task} onChange={complete} />
        </span>
        <TitleField key={key} task={task} />
      </div>
      <DueField key={`due-${key}`} due={task} onChange={update} />
      <PriorityField value={task.priority} onChange={(priority) => update({ priority })} />
      <TagField
        key={`tags-${key}`}
        tags={task.tags}
        onAdd={(tag) => update({ add_tags: [tag] })}
        onRemove={(tag) => update({ remove_tags: [tag] })}
      />
      <NotesField key={`notes-${key}`} task={task} />
      <div className="mt-auto flex items-center justify-between border-line border-t pt-4">
        <p className="text-faint text-xs">Created {created}</p>
        <Button
          look="danger"
          onClick={() => {
            remove(task);
            onClose();
          }}
        >
          <Icon name="trash" />
          Delete
        </Button>
      </div>
    </div>
  );
}
