"use client";

/**
 * Renames a task where it stands: Enter or leaving the field saves, Escape takes it back.
 */
import { useRef } from "react";
import type { Task } from "@/lib/api/types";
import { useDraft } from "@/lib/use-draft";
import { useUpdateTask } from "../mutations";

export const titleDraft = (id: string) => `title.${id}`;

export function TitleEditor({ task, onDone }: { task: Task; onDone: () => void }) {
  const draft = useDraft(titleDraft(task.id), task.title);
  const update = useUpdateTask(task.id);
  // Leaving the field follows Enter and Escape, when the field goes away.
  const done = useRef(false);

  const finish = (save: boolean) => {
    if (done.current) return;
    done.current = true;
    const title = draft.text.trim();
    draft.discard();
    if (save && title && title !== task.title) update({ title }, { guarded: true });
    onDone();
  };

  return (
    <input
      aria-label={`New title for ${task.title}`}
      className="field -my-1 px-2 py-1"
      value={draft.text}
      maxLength={200}
      ref={focusAtEnd}
      onChange={(event) => draft.change(event.target.value)}
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter") finish(true);
        if (event.key === "Escape") finish(false);
      }}
    />
  );
}

function focusAtEnd(input: HTMLInputElement | null) {
  if (!input || document.activeElement === input) return;
  input.focus();
  input.select();
}
