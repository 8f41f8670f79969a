"use client";

/**
 * Adds tasks one after the other: Enter saves and keeps the focus. Highlights the words that the quick-add grammar
 * recognized. The user can turn each of them back into text.
 */
import { type FormEvent, type RefObject, useState } from "react";
import { Button } from "@/components/button";
import { Icon } from "@/components/icon";
import { LIMITS } from "@/lib/api/limits";
import { localTimeZone } from "@/lib/calendar";
import { lengthOf } from "@/lib/characters";
import { useDraft } from "@/lib/use-draft";
import type { Filters } from "../filters";
import { useCreateTask } from "../mutations";
import { clockIn, newTask, parseQuickAdd, stillIn } from "../quick-add";
import { AddInput } from "./add-input";
import { Understood } from "./understood";

type AddTaskProps = {
  filters: Filters;
  inputRef: RefObject<HTMLInputElement | null>;
  onAdded?: (id: string) => void;
};

export function AddTask({ filters, inputRef, onAdded }: AddTaskProps) {
  const draft = useDraft("add", "");
  const [rejected, setRejected] = useState<readonly string[]>([]);
  const create = useCreateTask();
  const zone = localTimeZone();
  const clock = clockIn(new Date(), zone, navigator.language);
  const parsed = parseQuickAdd(draft.text, clock, rejected);
  const tooLong = lengthOf(parsed.title) > LIMITS.title;

  const change = (text: string) => {
    draft.change(text);
    setRejected(stillIn(text, rejected));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!parsed.title || tooLong) return;
    const id = create(newTask(parsed, filters, clock, zone));
    draft.discard();
    setRejected([]);
    onAdded?.(id);
  };

  return (
    <form onSubmit={submit} className="mb-8">
      <div className="flex items-center gap-1 rounded-2xl border border-edge bg-surface py-1 pr-1.5 pl-3 shadow-card focus-within:border-accent focus-within:outline-2 focus-within:outline-accent">
        <Icon name="plus" className="size-5 shrink-0 text-accent" />
        <AddInput text={draft.text} tokens={parsed.tokens} inputRef={inputRef} onChange={change} />
        <Button look="primary" type="submit" disabled={!parsed.title || tooLong}>
          Add
        </Button>
      </div>
      <div id="add-task-hint" className="mt-2 min-h-6 px-1 text-faint text-xs" aria-live="polite">
        {tooLong ? (
          <span className="text-danger">A title can have at most {LIMITS.title} characters.</span>
        ) : parsed.tokens.length || parsed.repeats ? (
          <Understood
            parsed={parsed}
            today={clock.on}
            onReject={(tokens) => {
              setRejected([...rejected, ...tokens.map(({ text }) => text.toLowerCase())]);
              inputRef.current?.focus();
            }}
          />
        ) : (
          <span>
            Try <q>pay rent tomorrow 9:00 !high #home</q>
          </span>
        )}
      </div>
    </form>
  );
}
