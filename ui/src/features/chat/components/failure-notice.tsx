"use client";

import { Button } from "@/components/button";
import { Icon } from "@/components/icon";
import { TechnicalDetails } from "@/components/technical-details";
import type { Failure } from "../exchange";
import { useCountdown } from "../use-countdown";

const TITLES: Record<string, string> = {
  "assistant-not-configured": "The assistant is not set up",
  "assistant-rate-limited": "Too many requests at once",
  "too-many-messages": "Too many messages at once",
  "rate-limited": "Too many requests at once",
  "database-unavailable": "The database is unavailable",
  "took-too-long": "This took too long",
};

/** For a failure that only an operator can fix. */
const PLAIN = "The assistant is not available here yet. Your tasks work as usual.";

/** Why there is no answer, and when to try again. Without `failure`, it happened before this page was loaded. */
export function FailureNotice({ failure, onRetry }: { failure: Failure | null; onRetry: () => void }) {
  const seconds = useCountdown(failure?.notBefore ?? 0);
  const kind = failure?.error.kind ?? "";
  const message = failure?.error.message ?? "Something failed on the way.";
  const forOperators = message.includes("GROQ_API_KEY");
  return (
    <div className="rounded-xl border border-danger p-3.5 text-sm">
      <div role="alert">
        <p className="font-semibold">{TITLES[kind] ?? "There is no answer"}</p>
        <p className="mt-0.5 text-soft">{forOperators ? PLAIN : message}</p>
      </div>
      <TechnicalDetails className="mt-1">
        {forOperators && <p>{message} Put it in .env, then run `make up`.</p>}
        {failure?.error.requestId && <p>Request {failure.error.requestId}</p>}
      </TechnicalDetails>
      {(!failure || failure.retry) && (
        <Button className="mt-3" disabled={seconds > 0} onClick={onRetry}>
          <Icon name="retry" />
          {seconds > 0 ? `Try again in ${seconds} s` : "Try again"}
        </Button>
      )}
    </div>
  );
}
