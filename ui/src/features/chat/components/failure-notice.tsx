"use client";

import { Button } from "@/components/button";
import { Icon } from "@/components/icon";
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

/** Why there is no answer, and when trying again makes sense. Without a failure it happened before this page. */
export function FailureNotice({ failure, onRetry }: { failure: Failure | null; onRetry: () => void }) {
  const seconds = useCountdown(failure?.notBefore ?? 0);
  const kind = failure?.error.kind ?? "";
  return (
    <div className="rounded-xl border border-danger p-3.5 text-sm">
      <div role="alert">
        <p className="font-semibold">{TITLES[kind] ?? "There is no answer"}</p>
        <p className="mt-0.5 text-soft">
          {failure?.error.message ?? "Something failed on the way."}
          {kind === "assistant-not-configured" && " Add it to .env, then run `make up`."}
        </p>
        {failure?.error.requestId && (
          <p className="mt-1 text-faint text-xs wrap-anywhere">Request {failure.error.requestId}</p>
        )}
      </div>
      {(!failure || failure.retry) && (
        <Button className="mt-3" disabled={seconds > 0} onClick={onRetry}>
          <Icon name="retry" />
          {seconds > 0 ? `Try again in ${seconds} s` : "Try again"}
        </Button>
      )}
    </div>
  );
}
