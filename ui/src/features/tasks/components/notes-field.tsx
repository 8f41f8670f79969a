"use client";

/**
 * Free text about a task. Saved when the field is left; until then, and when saving fails, the text is kept as a draft.
 */
import { useId } from "react";
import { LIMITS } from "@/lib/api/limits";
import type { Task } from "@/lib/api/types";
import { useDraft } from "@/lib/use-draft";
import { useUpdateTask } from "../mutations";

export function NotesField({ task }: { task: Task }) {
  const id = useId();
  const draft = useDraft(`notes.${task.id}`, task.notes);
  const update = useUpdateTask(task.id);

  const save = async () => {
    if (!draft.dirty) return;
    if (await update({ notes: draft.text }, { guarded: true })) draft.discard();
  };

  return (
    <div>
      <div className="mb-1.5 flex items-baseline justify-between">
        <label htmlFor={id} className="font-medium text-sm">
          Notes
        </label>
        <span className="text-faint text-xs" aria-live="polite">
          {draft.dirty ? "Not saved yet" : ""}
        </span>
      </div>
      <textarea
        id={id}
        rows={5}
        maxLength={LIMITS.notes}
        placeholder="Anything worth remembering"
        className="field field-sizing-content max-h-96 min-h-28 resize-none"
        value={draft.text}
        onChange={(event) => draft.change(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
        }}
      />
    </div>
  );
}
