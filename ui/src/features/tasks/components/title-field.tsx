"use client";

/**
 * The title in the detail panel. Grows with its text; Enter saves, since a title is one line.
 */
import { LIMITS } from "@/lib/api/limits";
import type { Task } from "@/lib/api/types";
import { useDraft } from "@/lib/use-draft";
import { useUpdateTask } from "../mutations";

export function TitleField({ task }: { task: Task }) {
  const draft = useDraft(`panel-title.${task.id}`, task.title);
  const update = useUpdateTask(task.id);

  const save = async () => {
    const title = draft.text.trim();
    if (!title || title === task.title) return draft.discard();
    if (await update({ title }, { guarded: true })) draft.discard();
  };

  return (
    <textarea
      aria-label="Title"
      rows={1}
      maxLength={LIMITS.title}
      value={draft.text}
      onChange={(event) => draft.change(event.target.value.replace(/\n/g, " "))}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === "Escape") draft.discard();
        if (event.key === "Enter" && !event.nativeEvent.isComposing) event.currentTarget.blur();
      }}
      className="field-sizing-content w-full resize-none rounded-lg bg-transparent px-1.5 py-0.5 font-semibold text-lg outline-offset-0 hover:bg-raised"
    />
  );
}
