"use client";

/**
 * The words that the add field recognized, as chips. Removing a chip returns its word to the title.
 */
import { Chip } from "@/components/chip";
import { PRIORITY_NAMES } from "@/components/priority";
import type { Day } from "@/lib/calendar";
import { formatDue } from "@/lib/dates";
import type { QuickAdd } from "../quick-add";
import type { Token } from "../quick-add-token";

type UnderstoodProps = { parsed: QuickAdd; today: Day; onReject: (tokens: Token[]) => void };

export function Understood({ parsed, today, onReject }: UnderstoodProps) {
  const { tokens, due, priority, repeats } = parsed;
  const meaning = ({ kind, text }: Token) => {
    if (kind === "tag") return text.toLowerCase();
    if (kind === "priority") return `${PRIORITY_NAMES[priority]} priority`;
    return due ? `Due ${formatDue(due, today)}` : text;
  };
  // A date and its time may be apart in the text, but are one due date.
  const [dueTokens, others] = [tokens.filter(isDue), tokens.filter((token) => !isDue(token))];
  const groups = [dueTokens, ...others.map((token) => [token])].filter(([first]) => first);

  return (
    <span className="flex flex-wrap gap-1.5">
      {groups.map((group) => {
        const [token] = group;
        return (
          token && (
            <Chip
              key={token.start}
              removeLabel={`Keep “${group.map(({ text }) => text).join(" ")}” as text`}
              onRemove={() => onReject(group)}
            >
              {meaning(token)}
            </Chip>
          )
        );
      })}
      {repeats && <span>Repeating tasks aren’t supported: this adds one task without a date.</span>}
    </span>
  );
}

const isDue = ({ kind }: Token) => kind === "due";
