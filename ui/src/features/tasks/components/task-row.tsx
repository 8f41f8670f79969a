"use client";

/**
 * One task in the list.
 */
import { type MouseEvent, memo, useRef, useState } from "react";
import { Button } from "@/components/button";
import { Icon } from "@/components/icon";
import { TaskMeta } from "@/components/task-meta";
import { UnsavedMark } from "@/features/outbox/components/unsaved-mark";
import type { Task } from "@/lib/api/types";
import { classNames } from "@/lib/class-names";
import { hasDraft } from "@/lib/use-draft";
import { useCompleteTask } from "../complete";
import { isPending, useDeleteTask } from "../mutations";
import { CompleteCheckbox } from "./complete-checkbox";
import { TitleEditor, titleDraft } from "./title-editor";

export type RowHandlers = {
  /** If opened by keyboard, the focus moves into the details. */
  onOpen: (id: string, byKeyboard: boolean) => void;
  onSelect: (id: string, extend: boolean) => void;
};

type TaskRowProps = RowHandlers & {
  task: Task;
  now: Date;
  open: boolean;
  /** Where the Tab key enters the list. */
  current: boolean;
  selected: boolean;
  /** Shows the selection box of every row, not only of the one under the pointer. */
  selecting: boolean;
};

export const TaskRow = memo(function TaskRow({
  task,
  now,
  open,
  current,
  selected,
  selecting,
  onOpen,
  onSelect,
}: TaskRowProps) {
  const [editing, setEditing] = useState(() => hasDraft(titleDraft(task.id)));
  const titleRef = useRef<HTMLButtonElement>(null);
  const complete = useCompleteTask(task);
  const remove = useDeleteTask();
  const pending = isPending(task);
  const stopEditing = (byKey: boolean) => {
    setEditing(false);
    if (byKey) requestAnimationFrame(() => titleRef.current?.focus());
  };

  const openByClick = ({ target }: MouseEvent<HTMLElement>) => {
    const onControl = (target as Element).closest("button, input, a, label");
    if (!onControl && !editing && !window.getSelection()?.toString()) onOpen(task.id, false);
  };

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the title inside is the button; the rest of the row only helps fingers.
    <li
      data-task-id={task.id}
      data-completed={task.completed}
      onClick={openByClick}
      className={classNames(
        "group relative flex cursor-pointer scroll-mb-24 items-start gap-3 px-4 py-3 transition-colors first:rounded-t-2xl last:rounded-b-2xl",
        // The focused title marks the current row, so the whole row shows the focus.
        "has-[[data-task-title]:focus-visible]:outline-2 has-[[data-task-title]:focus-visible]:outline-accent has-[[data-task-title]:focus-visible]:-outline-offset-2",
        selected ? "bg-accent-soft" : open ? "bg-raised" : "focus-within:bg-raised/70 hover:bg-raised/70",
      )}
    >
      <input
        type="checkbox"
        tabIndex={-1}
        aria-label={`Select ${task.title}`}
        checked={selected}
        onChange={(event) =>
          onSelect(task.id, "shiftKey" in event.nativeEvent && event.nativeEvent.shiftKey === true)
        }
        className={classNames(
          "mt-1 size-4 shrink-0 accent-accent md:absolute md:top-3 md:-left-7",
          !selecting && "max-md:hidden md:opacity-0 md:focus-visible:opacity-100 md:group-hover:opacity-100",
        )}
      />
      <CompleteCheckbox task={task} tabIndex={-1} onChange={complete} />
      <div className="min-w-0 flex-1">
        {editing ? (
          <TitleEditor task={task} onDone={stopEditing} />
        ) : (
          <button
            ref={titleRef}
            type="button"
            dir="auto"
            data-task-title
            tabIndex={current ? 0 : -1}
            aria-expanded={open}
            onClick={({ detail }) => onOpen(task.id, detail === 0)}
            onDoubleClick={() => setEditing(true)}
            className={classNames(
              "block w-full text-start outline-none wrap-anywhere",
              task.completed && "text-faint line-through decoration-faint/60",
              pending && "text-faint",
            )}
          >
            {task.title}
          </button>
        )}
        <TaskMeta task={task} now={now} />
        <UnsavedMark taskId={task.id} onOpen={() => onOpen(task.id, false)} />
      </div>
      {!editing && (
        <div className="-my-1 flex shrink-0 opacity-0 transition-opacity focus-within:opacity-100 group-hover:opacity-100 max-md:hidden">
          <Button
            look="icon"
            tabIndex={-1}
            data-task-rename
            aria-label={`Rename ${task.title}`}
            onClick={() => setEditing(true)}
          >
            <Icon name="pencil" />
          </Button>
          <Button
            look="icon"
            tabIndex={-1}
            data-task-delete
            aria-label={`Delete ${task.title}`}
            // The second half of a double click would hit the row that has moved up.
            onClick={({ detail }) => detail < 2 && remove(task)}
          >
            <Icon name="trash" />
          </Button>
        </div>
      )}
    </li>
  );
});
