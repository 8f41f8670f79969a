/**
 * A small label that can be removed: a tag, a filter, a word of the add field.
 */
import type { ReactNode } from "react";
import { Icon } from "./icon";

type ChipProps = { removeLabel: string; onRemove: () => void; children: ReactNode };

export function Chip({ removeLabel, onRemove, children }: ChipProps) {
  return (
    <span className="inline-flex items-center gap-0.5 rounded-full bg-accent-soft py-0.5 pr-1 pl-2.5 text-accent-strong">
      {children}
      <button
        type="button"
        aria-label={removeLabel}
        onClick={onRemove}
        className="rounded-full p-0.5 hover:bg-surface"
      >
        <Icon name="close" className="size-3.5" />
      </button>
    </span>
  );
}
