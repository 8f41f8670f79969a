"use client";

/**
 * Marks a task with a change that the server has not saved.
 */
import { discardChange, retryChange, useTroubled } from "../current";
import type { Entry } from "../entry";

type UnsavedMarkProps = {
  taskId: string;
  /** Opens the task, where two texts can be compared. */
  onOpen: () => void;
};

export function UnsavedMark({ taskId, onOpen }: UnsavedMarkProps) {
  const entry = useTroubled(taskId);
  return entry ? <Unsaved entry={entry} onCompare={onOpen} /> : null;
}

const LINK = "rounded font-semibold text-accent underline-offset-2 hover:underline";

export function Unsaved({ entry: { key, trouble }, onCompare }: { entry: Entry; onCompare?: () => void }) {
  const waiting = trouble?.kind === "waiting";
  return (
    <p role="status" className="mt-1 flex flex-wrap items-baseline gap-x-3 gap-y-0.5 text-xs">
      <span
        className={waiting ? "text-warning" : "text-danger"}
        title={trouble?.requestId && `Request ${trouble.requestId}`}
      >
        {waiting ? "Not saved yet. It is sent again by itself." : `Not saved. ${trouble?.message ?? ""}`}
      </span>
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
    </p>
  );
}
