"use client";

/**
 * Free text about a task, saved during typing.
 */
import { useId } from "react";
import { LengthNote } from "@/components/length-note";
import { ConflictChoice } from "@/features/outbox/components/conflict-choice";
import { LIMITS } from "@/lib/api/limits";
import type { Task } from "@/lib/api/types";
import { useText } from "../use-text";

export function NotesField({ task }: { task: Task }) {
  const id = useId();
  const notes = useText(task, "notes", { limit: LIMITS.notes });

  return (
    <div>
      <div className="mb-1.5 flex items-baseline justify-between">
        <label htmlFor={id} className="font-medium text-sm">
          Notes
        </label>
        <span className="text-faint text-xs" aria-live="polite">
          {notes.dirty ? "Not saved yet" : ""}
        </span>
      </div>
      <textarea
        id={id}
        dir="auto"
        rows={5}
        placeholder="Anything worth remembering"
        className="field field-sizing-content max-h-96 min-h-28 resize-none"
        value={notes.text}
        onChange={(event) => notes.change(event.target.value)}
        onBlur={notes.finish}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) notes.save();
        }}
      />
      <LengthNote what="Notes" text={notes.text} limit={LIMITS.notes} />
      {notes.conflict && (
        <ConflictChoice entry={notes.conflict} name="notes" between={"\n\n"} limit={LIMITS.notes} />
      )}
    </div>
  );
}
