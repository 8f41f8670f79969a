"use client";

/**
 * Adds tasks one after the other: Enter saves and keeps the focus. Shows what the quick-add grammar understood,
 * and lets the user take each of it back.
 */
import { type FormEvent, type Ref, useState } from "react";
import { Button } from "@/components/button";
import { Chip } from "@/components/chip";
import { Icon } from "@/components/icon";
import { PRIORITY_NAMES } from "@/components/priority";
import { LIMITS } from "@/lib/api/limits";
import { dueInDays, formatDue, localTimeZone } from "@/lib/dates";
import { useDraft } from "@/lib/use-draft";
import type { Filters } from "../filters";
import { useCreateTask } from "../mutations";
import { parseQuickAdd, type QuickAdd } from "../quick-add";
import type { Token } from "../quick-add-token";

export function AddTask({ filters, inputRef }: { filters: Filters; inputRef: Ref<HTMLInputElement> }) {
  const draft = useDraft("add", "");
  const [ignored, setIgnored] = useState<ReadonlySet<string>>(new Set());
  const create = useCreateTask();
  const now = new Date();
  const parsed = parseQuickAdd(draft.text, now, ignored);
  const tooLong = parsed.title.length > LIMITS.title;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!parsed.title || tooLong) return;
    create(inView(parsed, filters, now));
    draft.discard();
    setIgnored(new Set());
  };

  return (
    <form onSubmit={submit} className="mb-8">
      <div className="flex items-center gap-1 rounded-2xl border border-edge bg-surface py-1 pr-1.5 pl-3 shadow-card focus-within:border-accent focus-within:outline-2 focus-within:outline-accent">
        <Icon name="plus" className="size-5 shrink-0 text-accent" />
        <input
          ref={inputRef}
          aria-label="Add a task"
          aria-describedby="add-task-hint"
          placeholder="Add a task"
          autoComplete="off"
          enterKeyHint="done"
          value={draft.text}
          onChange={(event) => draft.change(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
          }}
          className="min-w-0 flex-1 bg-transparent px-2 py-2 outline-none"
        />
        <Button look="primary" type="submit" disabled={!parsed.title || tooLong}>
          Add
        </Button>
      </div>
      <div id="add-task-hint" className="mt-2 min-h-6 px-1 text-faint text-xs" aria-live="polite">
        {tooLong ? (
          <span className="text-danger">A title can have at most {LIMITS.title} characters.</span>
        ) : parsed.tokens.length ? (
          <Understood
            parsed={parsed}
            now={now}
            onIgnore={(token) => setIgnored(new Set(ignored).add(token))}
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

function Understood({
  parsed,
  now,
  onIgnore,
}: {
  parsed: QuickAdd;
  now: Date;
  onIgnore: (text: string) => void;
}) {
  const meaning = ({ kind, text }: Token) => {
    if (kind === "tag") return text.toLowerCase();
    if (kind === "priority") return `${PRIORITY_NAMES[parsed.priority]} priority`;
    return parsed.due ? `Due ${formatDue(parsed.due.toISOString(), now, localTimeZone())}` : text;
  };
  // A date and its time are two pieces of text with one meaning.
  const shown = parsed.tokens.filter(
    (token, index) => token.kind !== "due" || parsed.tokens.findIndex(({ kind }) => kind === "due") === index,
  );
  return (
    <span className="flex flex-wrap gap-1.5">
      {shown.map((token) => (
        <Chip
          key={token.start}
          removeLabel={`Keep “${token.text}” as text`}
          onRemove={() => onIgnore(token.text.toLowerCase())}
        >
          {meaning(token)}
        </Chip>
      ))}
    </span>
  );
}

/** What was typed, plus what makes the task show up in the view it was added to. */
function inView({ title, priority, due, tags }: QuickAdd, filters: Filters, now: Date) {
  const dueAt = due ?? (filters.due === "today" ? dueInDays(now, 0) : null);
  const onlyPriority = filters.priorities.length === 1 ? filters.priorities[0] : undefined;
  return {
    title,
    priority: priority === "none" ? (onlyPriority ?? "none") : priority,
    due_at: dueAt?.toISOString() ?? null,
    tags: [...new Set([...tags, ...filters.tags])],
  };
}
