"use client";

/**
 * The due date: common days with one click, any day and time in the browser's own fields. Only the button removes it.
 */
import { Button } from "@/components/button";
import { localTimeZone } from "@/lib/calendar";
import { type DueFields, dueFields, dueOf } from "@/lib/dates";
import { DUE_CHOICES, rescheduled } from "../due-choices";
import { CompleteInput } from "./complete-input";

/** An earlier year is still being typed: 0002, 0020, 0202. */
const FIRST_YEAR = 1000;
const LAST_YEAR = 9998;

type DueFieldProps = { due: DueFields; onChange: (due: DueFields) => void };

export function DueField({ due: fields, onChange }: DueFieldProps) {
  const zone = localTimeZone();
  const due = dueOf(fields, zone);
  const choose = (days: number | null) => onChange(rescheduled(fields, days, new Date(), zone));

  return (
    <fieldset>
      <legend className="mb-1.5 font-medium text-sm">Due</legend>
      <div className="flex flex-wrap gap-2">
        <CompleteInput
          type="date"
          aria-label="Due date"
          className="field min-w-36 flex-1"
          saved={due?.on ?? ""}
          isComplete={isWholeYear}
          onCommit={(on) => onChange(dueFields({ on, time: due?.time ?? null }, zone))}
        />
        <CompleteInput
          type="time"
          aria-label="Due time"
          className="field w-36"
          disabled={!due}
          saved={due?.time ?? ""}
          isComplete={() => true}
          onCommit={(time) => due && onChange(dueFields({ on: due.on, time }, zone))}
        />
      </div>
      <div className="mt-2 flex flex-wrap gap-1.5">
        {DUE_CHOICES.map(({ label, days }) => (
          <Button key={label} className="py-1 text-xs" onClick={() => choose(days)}>
            {label}
          </Button>
        ))}
        {due?.time && (
          <Button
            className="py-1 text-xs"
            onClick={() => onChange(dueFields({ on: due.on, time: null }, zone))}
          >
            No time
          </Button>
        )}
        {due && (
          <Button className="py-1 text-xs" onClick={() => choose(null)}>
            No date
          </Button>
        )}
      </div>
    </fieldset>
  );
}

function isWholeYear(on: string): boolean {
  const year = Number(on.split("-")[0]);
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}
