"use client";

/**
 * One step of the assistant: what it does or did, and with which tasks.
 */
import { useState } from "react";
import { Icon, type IconName } from "@/components/icon";
import { TaskMeta } from "@/components/task-meta";
import type { Task } from "@/lib/api/types";
import { classNames } from "@/lib/class-names";
import type { ToolCall } from "../exchange";
import { ConfirmationForm } from "./confirmation-form";

/** Tasks in a collapsed card. */
const SHOWN = 5;

const MARKS: Record<Exclude<ToolCall["state"], "running">, { icon: IconName; look: string; word: string }> = {
  done: { icon: "done", look: "text-accent", word: "Done" },
  failed: { icon: "close", look: "text-danger", word: "Failed" },
  awaiting: { icon: "question", look: "text-warning", word: "Needs your confirmation" },
  denied: { icon: "close", look: "text-faint", word: "Not done" },
  expired: { icon: "clock", look: "text-faint", word: "Expired" },
  stopped: { icon: "stop", look: "text-faint", word: "Stopped" },
};

type ToolCardProps = {
  call: ToolCall;
  /** Shows its tasks only on demand. */
  folded: boolean;
  now: Date;
  onTask: (id: string) => void;
};

export function ToolCard({ call, folded, now, onTask }: ToolCardProps) {
  const { state, summary, error, tasks, count, confirmation } = call;
  return (
    <section
      aria-label={summary}
      className={classNames(
        "animate-enter rounded-xl border bg-canvas text-sm",
        state === "awaiting" ? "border-warning" : state === "failed" ? "border-danger" : "border-line",
      )}
    >
      <p className="flex items-start gap-2 px-3 py-2.5">
        <Mark state={state} />
        <span className={classNames("flex-1 wrap-anywhere", state === "denied" && "text-faint")}>
          {summary}
        </span>
      </p>
      {error && <p className="px-3 pb-2.5 pl-9 text-danger wrap-anywhere">{error}</p>}
      {state === "awaiting" && confirmation ? (
        <ConfirmationForm confirmation={confirmation} />
      ) : (
        tasks.length > 0 && (
          <TaskLinks
            tasks={tasks}
            count={count}
            now={now}
            onTask={onTask}
            gone={call.tool === "delete_tasks" && state === "done"}
            most={folded ? 0 : SHOWN}
          />
        )
      )}
    </section>
  );
}

function Mark({ state }: { state: ToolCall["state"] }) {
  if (state === "running") {
    return (
      <span
        role="img"
        aria-label="Running"
        className="mt-0.5 size-4 animate-spin rounded-full border-2 border-line border-t-accent"
      />
    );
  }
  const { icon, look, word } = MARKS[state];
  return (
    <span className={classNames("mt-0.5", look)}>
      <Icon name={icon} />
      <span className="sr-only">{word}: </span>
    </span>
  );
}

type TaskLinksProps = {
  tasks: Task[];
  count: number;
  now: Date;
  onTask: (id: string) => void;
  /** The tasks were deleted, so they are no links. */
  gone: boolean;
  /** How many are shown until the user expands the card. */
  most: number;
};

function TaskLinks({ tasks, count, now, onTask, gone, most }: TaskLinksProps) {
  const [all, setAll] = useState(false);
  const shown = all ? tasks : tasks.slice(0, most);
  return (
    <div className="border-line border-t py-1">
      <ul>
        {shown.map((task) => (
          <li key={task.id}>
            {gone ? (
              <span className="block px-3 py-1 pl-9 text-faint line-through wrap-anywhere">{task.title}</span>
            ) : (
              <button
                type="button"
                onClick={() => onTask(task.id)}
                className="block w-full px-3 py-1 pl-9 text-left transition-colors hover:bg-raised"
              >
                <span className={classNames("wrap-anywhere", task.completed && "text-faint line-through")}>
                  {task.title}
                </span>
                <TaskMeta task={task} now={now} />
              </button>
            )}
          </li>
        ))}
      </ul>
      {!all && tasks.length > most ? (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="px-3 py-1 pl-9 font-medium text-accent hover:underline"
        >
          Show {most ? `${tasks.length - most} more` : "them"}
        </button>
      ) : (
        count > tasks.length && <p className="px-3 py-1 pl-9 text-faint">and {count - tasks.length} more</p>
      )}
    </div>
  );
}
