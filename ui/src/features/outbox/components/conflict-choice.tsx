"use client";

/**
 * Two devices have changed one text. Shows both texts and lets the user choose one or keep both.
 */
import { Button } from "@/components/button";
import type { Texts } from "@/features/outbox/entry";
import { decideConflict } from "../current";
import type { Entry } from "../entry";

type ConflictChoiceProps = {
  entry: Entry;
  name: keyof Texts;
  /** The separator between the two texts if both are kept. */
  between: string;
  /** The longest text that the server accepts, in code points. */
  limit: number;
};

export function ConflictChoice({ entry, name, between, limit }: ConflictChoiceProps) {
  const { change, trouble, key } = entry;
  const mine = change.kind === "update" ? (change.patch[name] ?? "") : "";
  const theirs = trouble?.current?.[name] ?? "";
  const both = [theirs, mine].filter(Boolean).join(between);
  return (
    <div role="alert" className="mt-2 rounded-lg border border-warning bg-warning-soft p-3 text-sm">
      <p className="font-medium">
        This text was also changed on another device. Nothing is lost: choose what to keep.
      </p>
      <dl className="my-2 flex flex-col gap-2">
        <Version name="Your text" text={mine} />
        <Version name="The other text" text={theirs} />
      </dl>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => decideConflict(key, { [name]: mine })}>Keep mine</Button>
        <Button onClick={() => decideConflict(key, null)}>Keep the other</Button>
        {[...both].length <= limit && (
          <Button onClick={() => decideConflict(key, { [name]: both })}>Keep both</Button>
        )}
      </div>
    </div>
  );
}

function Version({ name, text }: { name: string; text: string }) {
  return (
    <div>
      <dt className="text-soft text-xs">{name}</dt>
      <dd
        dir="auto"
        className="max-h-40 overflow-y-auto whitespace-pre-wrap rounded-md bg-surface px-2 py-1 wrap-anywhere"
      >
        {text || <em>empty</em>}
      </dd>
    </div>
  );
}
