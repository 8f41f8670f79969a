"use client";

import type { ReactNode } from "react";
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

type FailureNoticeProps = { failure: Failure | null; onRetry: () => void };

/** Why there is no answer, and when to try again. Without `failure`, it happened before this page was loaded. */
export function FailureNotice({ failure, onRetry }: FailureNoticeProps) {
  return (
    <Notice failure={failure} title="There is no answer" message="Something went wrong.">
      <AgainButton label="Try again" failure={failure} onClick={onRetry} />
    </Notice>
  );
}

type UnsentNoticeProps = FailureNoticeProps & {
  /** By the person, before the assistant has answered anything. */
  stopped: boolean;
  /** Another message is being answered. */
  busy: boolean;
  onDiscard: () => void;
};

/** The message above it is not known to have reached the assistant. It stays until it has, or until it is discarded. */
export function UnsentNotice({ failure, stopped, busy, onRetry, onDiscard }: UnsentNoticeProps) {
  const [title, message] = stopped
    ? ["Stopped", "The assistant may not have received this message."]
    : ["Not sent", "The assistant has not received this message."];
  return (
    <Notice failure={failure} title={title} message={message}>
      <AgainButton label="Retry" failure={failure} disabled={busy} onClick={onRetry} />
      <Button onClick={onDiscard}>Discard</Button>
    </Notice>
  );
}

type NoticeProps = { failure: Failure | null; title: string; message: string; children: ReactNode };

function Notice({ failure, title, message, children }: NoticeProps) {
  const { kind = "", message: reason = message, requestId } = failure?.error ?? {};
  const forOperators = reason.includes("GROQ_API_KEY");
  return (
    <div className="rounded-xl border border-danger p-3.5 text-sm">
      <div role="alert">
        <p className="font-semibold">{TITLES[kind] ?? title}</p>
        <p className="mt-0.5 text-soft">{forOperators ? PLAIN : reason}</p>
      </div>
      {(forOperators || requestId) && (
        <TechnicalDetails className="mt-1">
          {forOperators && <p>{reason} Put it in .env, then run `make up`.</p>}
          {requestId && <p>Request {requestId}</p>}
        </TechnicalDetails>
      )}
      <div className="mt-3 flex flex-wrap gap-2">{children}</div>
    </div>
  );
}

type AgainButtonProps = { label: string; failure: Failure | null; disabled?: boolean; onClick: () => void };

function AgainButton({ label, failure, disabled = false, onClick }: AgainButtonProps) {
  const seconds = useCountdown(failure?.notBefore ?? 0);
  if (failure && !failure.retry) return null;
  return (
    <Button disabled={disabled || seconds > 0} onClick={onClick}>
      <Icon name="retry" />
      {seconds > 0 ? `${label} in ${seconds} s` : label}
    </Button>
  );
}
