"use client";

/**
 * What can be done with the selected tasks; floats above the list while there are any.
 */
import { Button } from "@/components/button";
import { Icon } from "@/components/icon";
import { PRIORITY_NAMES } from "@/components/priority";
import type { BulkRequest, Priority } from "@/lib/api/types";
import { dueInDays } from "@/lib/dates";
import { useBulk } from "../bulk";
import { DUE_CHOICES } from "../due-choices";
import { PRIORITIES } from "../filters";

export function BulkBar({ ids, onDone }: { ids: readonly string[]; onDone: () => void }) {
  const bulk = useBulk();
  const act = (action: BulkRequest["action"], patch?: BulkRequest["patch"]) => {
    bulk({ ids: [...ids], action, patch });
    onDone();
  };

  return (
    <section
      data-bottom-bar
      aria-label="Selected tasks"
      className="fixed inset-x-3 bottom-4 z-30 mx-auto flex w-fit max-w-full animate-enter flex-wrap items-center gap-2 rounded-2xl border border-line bg-surface p-2 pl-4 shadow-float"
    >
      <p className="mr-1 font-medium text-sm tabular-nums" aria-live="polite">
        {ids.length} selected
      </p>
      <Button onClick={() => act("complete")}>Complete</Button>
      <select
        aria-label="Set priority of selected tasks"
        className="field choice"
        value=""
        onChange={({ target }) => act("update", { priority: target.value as Priority })}
      >
        <option value="" disabled>
          Priority
        </option>
        {PRIORITIES.map((priority) => (
          <option key={priority} value={priority}>
            {PRIORITY_NAMES[priority]}
          </option>
        ))}
      </select>
      <select
        aria-label="Set due date of selected tasks"
        className="field choice"
        value=""
        onChange={({ target }) => act("update", { due_at: dueFrom(target.value) })}
      >
        <option value="" disabled>
          Due
        </option>
        {DUE_CHOICES.map(({ label, days }) => (
          <option key={label} value={days}>
            {label}
          </option>
        ))}
        <option value="none">No date</option>
      </select>
      <Button look="danger" onClick={() => act("delete")}>
        Delete
      </Button>
      <Button look="icon" aria-label="Clear selection" onClick={onDone}>
        <Icon name="close" />
      </Button>
    </section>
  );
}

function dueFrom(choice: string): string | null {
  return choice === "none" ? null : dueInDays(new Date(), Number(choice)).toISOString();
}
