"use client";

import { Button } from "@/components/button";
import { dueInDays, dueOn, isAllDay, localTimeZone } from "@/lib/dates";
/**
 * The due date: common days by one click, any day and time by the browser's own pickers.
 */
import { DUE_CHOICES } from "../due-choices";

type DueFieldProps = { dueAt: string | null; onChange: (dueAt: string | null) => void };

export function DueField({ dueAt, onChange }: DueFieldProps) {
  const due = dueAt ? new Date(dueAt) : null;
  const allDay = !due || isAllDay(due, localTimeZone());

  const set = (date: string, time: string) => {
    if (!date) return onChange(null);
    const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
    const [hours = 0, minutes = 0] = time.split(":").map(Number);
    onChange(dueOn(year, month - 1, day, time ? { hours, minutes } : undefined).toISOString());
  };

  return (
    <fieldset>
      <legend className="mb-1.5 font-medium text-sm">Due</legend>
      <div className="flex gap-2">
        <input
          type="date"
          aria-label="Due date"
          className="field min-w-0 flex-1"
          value={due ? dateValue(due) : ""}
          onChange={(event) => set(event.target.value, due && !allDay ? timeValue(due) : "")}
        />
        <input
          type="time"
          aria-label="Due time"
          className="field w-32"
          disabled={!due}
          value={due && !allDay ? timeValue(due) : ""}
          onChange={(event) => due && set(dateValue(due), event.target.value)}
        />
      </div>
      <div className="mt-2 flex flex-wrap gap-1.5">
        {DUE_CHOICES.map(({ label, days }) => (
          <Button
            key={label}
            className="py-1 text-xs"
            onClick={() => onChange(dueInDays(new Date(), days).toISOString())}
          >
            {label}
          </Button>
        ))}
        {due && (
          <Button className="py-1 text-xs" onClick={() => onChange(null)}>
            No date
          </Button>
        )}
      </div>
    </fieldset>
  );
}

const twoDigits = (value: number) => String(value).padStart(2, "0");

function dateValue(due: Date): string {
  return `${due.getFullYear()}-${twoDigits(due.getMonth() + 1)}-${twoDigits(due.getDate())}`;
}

function timeValue(due: Date): string {
  return `${twoDigits(due.getHours())}:${twoDigits(due.getMinutes())}`;
}
