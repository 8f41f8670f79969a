"use client";

/**
 * The title in the detail panel. Grows with its text; Enter saves, since a title is one line.
 */
import { LengthNote } from "@/components/length-note";
import { ConflictChoice } from "@/features/outbox/components/conflict-choice";
import { LIMITS } from "@/lib/api/limits";
import type { Task } from "@/lib/api/types";
import { useText } from "../use-text";

export function TitleField({ task }: { task: Task }) {
  const title = useText(task, "title", { limit: LIMITS.title, clean: (text) => text.trim() || null });

  return (
    <div className="min-w-0 flex-1">
      <textarea
        aria-label="Title"
        dir="auto"
        rows={1}
        value={title.text}
        onChange={(event) => title.change(event.target.value.replace(/\n/g, " "))}
        onBlur={title.finish}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.nativeEvent.isComposing) event.currentTarget.blur();
        }}
        className="field-sizing-content w-full resize-none rounded-lg bg-transparent px-1.5 py-0.5 font-semibold text-lg outline-offset-0 hover:bg-raised"
      />
      <LengthNote what="A title" text={title.text} limit={LIMITS.title} />
      {title.conflict && (
        <ConflictChoice entry={title.conflict} name="title" between=" / " limit={LIMITS.title} />
      )}
    </div>
  );
}
