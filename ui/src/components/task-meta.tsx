/**
 * The quiet second line of a row: when, how important, which tags, whether there are notes.
 */
import { Icon } from "@/components/icon";
import type { Task } from "@/lib/api/types";
import { localTimeZone } from "@/lib/calendar";
import { classNames } from "@/lib/class-names";
import { dueGroup, dueOf, formatDue, isLate, today } from "@/lib/dates";
import { PriorityLabel } from "./priority";

const DUE_TEXT = { overdue: "text-danger", today: "text-accent", upcoming: "text-soft", none: "" };

export function TaskMeta({ task, now }: { task: Task; now: Date }) {
  const { priority, tags, notes, completed } = task;
  const zone = localTimeZone();
  const due = dueOf(task, zone);
  if (!due && priority === "none" && !tags.length && !notes) return null;
  const day = today(now, zone);
  const late = due && !completed && isLate(due, now, zone);
  const group = completed ? "upcoming" : late ? "overdue" : dueGroup(due, day);

  return (
    <p className="mt-0.5 flex flex-wrap items-center gap-x-3 gap-y-0.5 text-faint text-xs">
      {due && (
        <span className={classNames("inline-flex items-center gap-1", DUE_TEXT[group])}>
          <Icon name="calendar" className="size-3.5" />
          <span className="sr-only">Due </span>
          <time dateTime={due.time ? `${due.on}T${due.time}` : due.on}>{formatDue(due, day)}</time>
        </span>
      )}
      <PriorityLabel priority={priority} />
      {tags.map((tag) => (
        <span key={tag} className="text-soft">
          #{tag}
        </span>
      ))}
      {notes && (
        <span className="inline-flex items-center gap-1">
          <Icon name="note" className="size-3.5" />
          Notes
        </span>
      )}
    </p>
  );
}
