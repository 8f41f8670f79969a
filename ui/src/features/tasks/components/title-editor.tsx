"use client";

/**
 * Renames a task in its row. Enter or leaving the field saves, Escape cancels.
 */
import { useRef } from "react";
import { LengthNote } from "@/components/length-note";
import { LIMITS } from "@/lib/api/limits";
import type { Task } from "@/lib/api/types";
import { lengthOf } from "@/lib/characters";
import { useDraft } from "@/lib/use-draft";
import { useLeave } from "@/lib/use-leave";
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
  const tooLong = lengthOf(draft.text.trim()) > LIMITS.title;

  const save = () => {
    const title = draft.text.trim();
    const { text, version } = draft.base;
    draft.discard();
    if (title && title !== text) update({ title }, { base: { version, texts: { title: text } } });
  };
  const finish = (saves: boolean, byKey = true) => {
    if (done.current || (saves && tooLong)) return;
    done.current = true;
    if (saves) save();
    else draft.discard();
    onDone(byKey);
  };
  useLeave((removed) => {
    if (done.current || !draft.dirty || tooLong) return;
    // A row that only moved to another section opens a new editor with the same draft.
    if (removed) queueMicrotask(() => isOpen(task.id) || save());
    else save();
  });

  return (
    <>
      <input
        aria-label={`New title for ${task.title}`}
        data-renames={task.id}
        dir="auto"
        // The text stays in the place of the title.
        className="field -mt-[0.3125rem] mb-0.5 -ml-[0.5625rem] px-2 py-1"
        value={draft.text}
        ref={focusAtEnd}
        onChange={(event) => draft.change(event.target.value)}
        onBlur={() => finish(true, false)}
        onKeyDown={(event) => {
          if (event.key === "Enter") finish(true);
          if (event.key === "Escape") finish(false);
        }}
      />
      <LengthNote what="A title" text={draft.text.trim()} limit={LIMITS.title} />
    </>
  );
}

function focusAtEnd(input: HTMLInputElement | null) {
  if (!input || document.activeElement === input) return;
  input.focus();
  input.select();
}

const isOpen = (id: string): boolean => document.querySelector(`[data-renames="${CSS.escape(id)}"]`) !== null;
