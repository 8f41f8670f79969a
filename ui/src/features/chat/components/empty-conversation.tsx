"use client";

import { Icon } from "@/components/icon";
import { TechnicalDetails } from "@/components/technical-details";
import { useAbout } from "@/lib/api/about";

const SUGGESTIONS = ["Plan my week", "Add milk and bread", "What is overdue?"];

/** What the assistant can do, with a few examples to try. */
export function EmptyConversation({ onAsk }: { onAsk: (message: string) => void }) {
  const about = useAbout();
  const configured = about.data?.assistant.configured !== false;
  return (
    <div className="m-auto w-full max-w-sm px-6 py-10 text-center">
      <div className="mx-auto mb-4 grid size-14 place-items-center rounded-full bg-accent-soft text-accent">
        <Icon name="assistant" className="size-7" />
      </div>
      <h3 className="font-semibold text-lg">What shall we get done?</h3>
      <p className="mt-1 mb-5 text-soft">
        Say it in your own words. The assistant adds, changes and finds tasks, and asks before it deletes any.
      </p>
      {configured ? (
        <ul aria-label="Suggestions" className="flex flex-col gap-2">
          {SUGGESTIONS.map((suggestion) => (
            <li key={suggestion}>
              <button
                type="button"
                onClick={() => onAsk(suggestion)}
                className="w-full rounded-xl border border-line px-4 py-2.5 text-left text-sm transition-colors hover:border-edge hover:bg-raised"
              >
                {suggestion}
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <div className="rounded-xl bg-warning-soft px-4 py-3 text-left text-sm">
          <p>The assistant is not available here yet. Your tasks work as usual.</p>
          <TechnicalDetails>
            It has no key. Add <code>GROQ_API_KEY</code> to <code>.env</code>, then run <code>make up</code>.
          </TechnicalDetails>
        </div>
      )}
    </div>
  );
}
