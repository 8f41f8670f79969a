"use client";

/**
 * Renames a task in its row. Enter or leaving the field saves, Escape cancels.
 */
import { useRef } from "react";
import { LIMITS } from "@/lib/api/limits";
import type { Task } from "@/lib/api/types";
import { withinLimit } from "@/lib/characters";
import { useDraft } from "@/lib/use-draft";
import { useUpdateTask } from "../mutations";

export const titleDraft = (id: string) => `row-title.${id}`;

type TitleEditorProps = {
  task: Task;
  /** `byKey` is false when the field was left for somewhere else. */
  onDone: (byKey: boolean) => void;
};

export function TitleEditor({ task, onDone }: TitleEditorProps) {
  const draft = useDraft(titleDraft(task.id), task.title, task.version);
  const update = useUpdateTask(task.id);
  // Enter and Escape remove the field, which then fires blur as well.
  const done = useRef(false);

  const finish = (save: boolean, byKey = true) => {
    if (done.current) return;
    done.current = true;
    const title = draft.text.trim();
    const { text, version } = draft.base;
    draft.discard();
    if (save && title && title !== text) update({ title }, { base: { version, texts: { title: text } } });
    onDone(byKey);
  };

  return (
    <input
      aria-label={`New title for ${task.title}`}
      // The text stays in the place of the title.
      className="field -mt-[0.3125rem] mb-0.5 -ml-[0.5625rem] px-2 py-1"
      value={draft.text}
      ref={focusAtEnd}
      onChange={(event) => draft.change(withinLimit(event.target.value, LIMITS.title))}
      onBlur={() => finish(true, false)}
      onKeyDown={(event) => {
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
