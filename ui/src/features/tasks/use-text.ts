/**
 * A text of a task while it is being typed: saved when the typing pauses, when the field is left, and when it goes away
 * (Escape, Back, a closed page).
 */
import { useEffect, useRef } from "react";
import { useConflict } from "@/features/outbox/current";
import type { Task } from "@/lib/api/types";
import { useDraft } from "@/lib/use-draft";
import { useUpdateTask } from "./mutations";

/** Milliseconds without a key. */
const PAUSE = 1_000;

type Options = {
  /** How the server will store it; empty is never saved. */
  clean?: (text: string) => string | null;
};

export function useText(task: Task, name: "title" | "notes", { clean = asItIs }: Options = {}) {
  const draft = useDraft(`${name}.${task.id}`, task[name], task.version);
  const update = useUpdateTask(task.id);
  const conflict = useConflict(task.id, name);
  const { text, dirty, base } = draft;

  const save = () => {
    const cleaned = clean(text);
    if (!dirty || cleaned === null || cleaned === base.text) return;
    // What the page shows is newer than the draft's beginning, and the text is the same: no reason to be refused.
    const version = task[name] === base.text ? task.version : base.version;
    update(
      { [name]: cleaned },
      { base: { version, texts: { [name]: base.text } }, group: `${name} ${task.id}` },
    );
    draft.submitted(cleaned);
  };
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
  useEffect(() => {
    const leave = () => latest.current();
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, []);

  return {
    text,
    dirty,
    conflict,
    change: draft.change,
    save,
    /** The field is left: what follows is what the server has. */
    finish: () => {
      save();
      draft.discard();
    },
  };
}

const asItIs = (text: string) => text;
