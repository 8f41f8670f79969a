"use client";

/**
 * Marks a task with a change that the server has not saved, or is slow to save.
 */
import { useEffect, useState } from "react";
import { RequestId } from "@/components/technical-details";
import { discardChange, retryChange, useEntry, useTroubled } from "../current";
import type { Entry } from "../entry";
import { useMarked } from "../marked";

type UnsavedMarkProps = {
  taskId: string;
  /** Opens the task, where two texts can be compared. */
  onOpen: () => void;
};

export function UnsavedMark({ taskId, onOpen }: UnsavedMarkProps) {
  const entry = useEntry(taskId);
  const troubled = useTroubled(taskId);
  if (troubled) return <Marked taskId={taskId} entry={troubled} onOpen={onOpen} />;
  return entry ? <Saving key={entry.key} since={entry.at} /> : null;
}

/** Milliseconds after which a person wonders whether a change is saved. */
const SLOW = 1_000;

function Saving({ since }: { since: string }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW - (Date.now() - Date.parse(since)));
    return () => clearTimeout(timer);
  }, [since]);
  if (!slow) return null;
  return (
    <p role="status" className="mt-1 text-faint text-xs">
      Saving…
    </p>
  );
}

function Marked({ taskId, entry, onOpen }: UnsavedMarkProps & { entry: Entry }) {
  useMarked(taskId);
  return <Unsaved entry={entry} onCompare={onOpen} />;
}

const LINK = "rounded font-semibold text-accent underline-offset-2 hover:underline";

export function Unsaved({ entry: { key, trouble }, onCompare }: { entry: Entry; onCompare?: () => void }) {
  const waiting = trouble?.kind === "waiting";
  return (
    <div className="mt-1 flex flex-wrap items-baseline gap-x-3 gap-y-0.5 text-xs">
      <p role="status" className={waiting ? "text-warning" : "text-danger"}>
        {waiting
          ? "Not saved yet. It will be sent again automatically."
          : `Not saved. ${trouble?.message ?? ""}`}
      </p>
      {trouble?.kind === "conflict" ? (
        onCompare && (
          <button type="button" className={LINK} onClick={onCompare}>
            Compare
          </button>
        )
      ) : (
        <button type="button" className={LINK} onClick={() => retryChange(key)}>
          Retry
        </button>
      )}
      <button type="button" className={LINK} onClick={() => discardChange(key)}>
        Discard
      </button>
      <RequestId id={trouble?.requestId} className="mt-0 self-center open:basis-full" />
    </div>
  );
}
