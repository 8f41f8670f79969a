"use client";

/**
 * The actions for selected tasks, below the list or above its end if that is off the screen.
 */
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "@/components/button";
import { Icon } from "@/components/icon";
import { Menu } from "@/components/menu";
import { PRIORITY_NAMES } from "@/components/priority";
import type { BulkRequest } from "@/lib/api/types";
import { localTimeZone } from "@/lib/calendar";
import { useBulk } from "../bulk";
import { findTask } from "../cache";
import { DUE_CHOICES, reschedule } from "../due-choices";
import { PRIORITIES } from "../filters";

const PRIORITY_ITEMS = PRIORITIES.map((value) => ({ value, label: PRIORITY_NAMES[value] }));
const DUE_ITEMS = [
  ...DUE_CHOICES.map(({ label, days }) => ({ label, value: days as number | null })),
  { label: "No date", value: null },
];

export function BulkBar({ ids, onDone }: { ids: readonly string[]; onDone: () => void }) {
  const bulk = useBulk();
  const client = useQueryClient();
  const act = (action: BulkRequest["action"], patch?: BulkRequest["patch"]) => {
    bulk({ ids: [...ids], action, patch });
    onDone();
  };
  const move = (days: number | null) => {
    const tasks = ids.map((id) => findTask(client, id)).filter((task) => task !== undefined);
    const parts = reschedule(tasks, days, new Date(), localTimeZone());
    const [first, ...others] = parts.map((part) => ({ ...part, action: "update" as const }));
    if (first) bulk(first, ...others);
    onDone();
  };

  return (
    <section
      data-bottom-bar
      data-of-task={ids[0]}
      aria-label="Selected tasks"
      className="sticky bottom-4 z-30 order-last flex w-fit max-w-full animate-enter flex-wrap items-center gap-2 self-center rounded-2xl border border-line bg-surface p-2 pl-4 shadow-float"
    >
      <p className="mr-1 font-medium text-sm tabular-nums" aria-live="polite">
        {ids.length} selected
      </p>
      <Button onClick={() => act("complete")}>Complete</Button>
      <Menu
        label="Set priority of selected tasks"
        items={PRIORITY_ITEMS}
        onChoose={(priority) => act("update", { priority })}
      >
        Priority
      </Menu>
      <Menu label="Set due date of selected tasks" items={DUE_ITEMS} onChoose={move}>
        Due
      </Menu>
      <Button look="danger" onClick={() => act("delete")}>
        Delete
      </Button>
      <Button look="icon" aria-label="Clear selection" onClick={onDone}>
        <Icon name="close" />
      </Button>
    </section>
  );
}
