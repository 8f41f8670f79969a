"use client";

/**
 * The unsaved changes whose rows the view does not show, in a line above the list.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Unsaved } from "@/features/outbox/components/unsaved-mark";
import { useEntries } from "@/features/outbox/current";
import { useUnmarked } from "@/features/outbox/marked";
import { plural } from "@/lib/plural";
import { describe } from "../unsaved";

export function UnsavedChanges({ onOpen }: { onOpen: (id: string) => void }) {
  const client = useQueryClient();
  const entries = useEntries();
  const unmarked = useUnmarked();
  const [unfolded, setUnfolded] = useState(false);
  if (!unmarked.length) return null;
  return (
    <section aria-label="Unsaved changes" className="mb-5 rounded-lg bg-warning-soft px-3 py-2 text-sm">
      <div className="flex items-baseline gap-3">
        <p role="status">{plural(unmarked.length, "change")} not saved</p>
        <button
          type="button"
          aria-expanded={unfolded}
          className="rounded font-semibold text-accent underline-offset-2 hover:underline"
          onClick={() => setUnfolded(!unfolded)}
        >
          {unfolded ? "Hide" : "Show"}
        </button>
      </div>
      {unfolded &&
        unmarked.map((entry) => {
          const { label, text } = describe(client, entry, entries);
          const [id] = entry.ids;
          return (
            <div key={entry.key} className="mt-2 border-line border-t pt-2">
              <p dir="auto" className="font-medium wrap-anywhere">
                {label}
              </p>
              {text && (
                <p
                  dir="auto"
                  className="mt-1 max-h-40 overflow-y-auto whitespace-pre-wrap rounded-md bg-surface px-2 py-1 wrap-anywhere"
                >
                  {text}
                </p>
              )}
              <Unsaved entry={entry} onCompare={id ? () => onOpen(id) : undefined} />
            </div>
          );
        })}
    </section>
  );
}
