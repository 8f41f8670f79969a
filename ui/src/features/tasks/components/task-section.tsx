"use client";

/**
 * A titled group of rows. The completed ones can be collapsed.
 */
import { useId } from "react";
import { Icon } from "@/components/icon";
import { rowKey } from "@/features/outbox/current";
import { classNames } from "@/lib/class-names";
import type { Section } from "../sections";
import type { Selection } from "../selection";
import { type RowHandlers, TaskRow } from "./task-row";

type TaskSectionProps = RowHandlers & {
  section: Section;
  /** The total, if more exist than are loaded. */
  total?: string;
  now: Date;
  openId: string | null;
  /** The row that Tab moves to. */
  currentId: string | null;
  selection: Selection;
  selecting: boolean;
  /** For a section that can be collapsed. */
  folding?: { unfolded: boolean; onToggle: () => void };
  children?: React.ReactNode;
};

export function TaskSection(props: TaskSectionProps) {
  const { section, total, folding, children } = props;
  const id = useId();
  const visible = folding?.unfolded ?? true;
  const heading = (
    <>
      {section.title}
      <span className="ml-2 font-normal text-faint tabular-nums">{total ?? section.tasks.length}</span>
    </>
  );

  return (
    <section aria-labelledby={id}>
      <h2
        id={id}
        className={classNames(
          "mb-2 px-1 font-semibold text-sm",
          section.id === "overdue" ? "text-danger" : "text-soft",
        )}
      >
        {folding ? (
          <button
            type="button"
            aria-expanded={visible}
            onClick={folding.onToggle}
            className="-ml-1 inline-flex items-center rounded-md py-0.5 pr-2 hover:text-ink"
          >
            <Icon
              name="chevron"
              className={classNames("mr-1 size-4 transition-transform", visible && "rotate-90")}
            />
            {heading}
          </button>
        ) : (
          heading
        )}
      </h2>
      {visible && (
        <>
          <Rows {...props} />
          {children}
        </>
      )}
    </section>
  );
}

function Rows({ section, now, openId, currentId, selection, selecting, onOpen, onSelect }: TaskSectionProps) {
  return (
    <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
      {section.tasks.map((task) => (
        <TaskRow
          key={rowKey(task.id)}
          task={task}
          now={now}
          open={openId === task.id}
          current={currentId === task.id}
          selected={selection.ids.has(task.id)}
          selecting={selecting}
          onOpen={onOpen}
          onSelect={onSelect}
        />
      ))}
    </ul>
  );
}
