/**
 * The round box that completes a task. A real checkbox underneath; the ring carries the priority's colour.
 */
import { Icon } from "@/components/icon";
import { PRIORITY_RING } from "@/components/priority";
import type { Task } from "@/lib/api/types";
import { classNames } from "@/lib/class-names";

type CompleteCheckboxProps = { task: Task; tabIndex?: number; onChange: (completed: boolean) => void };

export function CompleteCheckbox({ task, tabIndex, onChange }: CompleteCheckboxProps) {
  return (
    <span className="relative mt-0.5 grid size-5 shrink-0 place-items-center">
      <input
        type="checkbox"
        data-task-complete
        aria-label={`Complete ${task.title}`}
        checked={task.completed}
        tabIndex={tabIndex}
        onChange={({ target, nativeEvent }) => {
          // The second half of a double click would take the first one back.
          if ((nativeEvent as UIEvent).detail < 2) onChange(target.checked);
        }}
        className={classNames(
          "peer size-5 cursor-pointer appearance-none rounded-full border-2 transition-colors checked:border-accent checked:bg-accent",
          // A finger needs a larger target than the ring.
          "after:absolute after:-inset-2.5 after:content-['']",
          PRIORITY_RING[task.priority],
        )}
      />
      <Icon
        name="check"
        className="pointer-events-none absolute size-4 text-accent opacity-0 transition-opacity peer-checked:text-on-accent peer-checked:opacity-100 peer-hover:opacity-100"
      />
    </span>
  );
}
