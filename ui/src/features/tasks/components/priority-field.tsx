"use client";

import { useId } from "react";
import { PRIORITY_NAMES, PRIORITY_TEXT } from "@/components/priority";
import type { Priority } from "@/lib/api/types";
import { classNames } from "@/lib/class-names";
import { PRIORITIES } from "../filters";

/** Radio buttons in a row, least important first. */
export function PriorityField({
  value,
  onChange,
}: {
  value: Priority;
  onChange: (priority: Priority) => void;
}) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium text-sm">Priority</legend>
      <div className="flex rounded-lg bg-raised p-0.5 text-sm">
        {PRIORITIES.toReversed().map((priority) => (
          <label
            key={priority}
            className={classNames(
              "flex-1 cursor-pointer rounded-md px-1 py-1.5 text-center transition-colors has-focus-visible:outline-2 has-focus-visible:outline-accent",
              value === priority
                ? classNames(
                    "bg-chosen font-medium shadow-card",
                    // Grey would be too faint on this background.
                    priority !== "none" && PRIORITY_TEXT[priority],
                  )
                : "text-soft hover:text-ink",
            )}
          >
            <input
              type="radio"
              name={name}
              className="sr-only"
              checked={value === priority}
              onChange={() => onChange(priority)}
            />
            {PRIORITY_NAMES[priority]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
