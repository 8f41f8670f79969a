/**
 * A text of a task during typing. It is saved when the typing pauses, when the field loses the focus, and when the field
 * is removed (Escape, Back, a closed page).
 */
import { useEffect, useRef } from "react";
import { useConflict } from "@/features/outbox/current";
import type { Task } from "@/lib/api/types";
import { lengthOf } from "@/lib/characters";
import { useDraft } from "@/lib/use-draft";
import { useLeave } from "@/lib/use-leave";
import { useUpdateTask } from "./mutations";

/** Milliseconds since the last key. */
const PAUSE = 1_000;

type Options = {
  /** Code points. A longer text stays a draft. */
  limit: number;
  /** The text as the server will store it. An empty result is not saved. */
  clean?: (text: string) => string | null;
};

export function useText(task: Task, name: "title" | "notes", { limit, clean = asItIs }: Options) {
  const draft = useDraft(`${name}.${task.id}`, task[name], task.version);
  const update = useUpdateTask(task.id);
  const conflict = useConflict(task.id, name);
  const { text, dirty, base } = draft;
  const tooLong = lengthOf(text) > limit;

  const save = () => {
    const cleaned = clean(text);
    if (!dirty || tooLong || cleaned === null || cleaned === base.text) return;
    // The task is newer than the draft, but this text is unchanged, so the server need not refuse the draft.
    const version = task[name] === base.text ? task.version : base.version;
    update(
      { [name]: cleaned },
      { base: { version, texts: { [name]: base.text } }, group: `${name} ${task.id}` },
    );
    draft.submitted(cleaned);
  };
  useLeave(save);
  const latest = useRef(save);
  useEffect(() => {
    latest.current = save;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each key starts the pause again.
  useEffect(() => {
    if (!dirty) return;
    const timer = setTimeout(() => latest.current(), PAUSE);
    return () => clearTimeout(timer);
  }, [text, dirty]);

  return {
    text,
    dirty,
    conflict,
    change: draft.change,
    save,
    /** The field lost the focus: from now on it shows the server's text, unless its own could not be saved. */
    finish: () => {
      save();
      if (!tooLong) draft.discard();
    },
  };
}

const asItIs = (text: string) => text;
