"use client";

/**
 * One message and its answer.
 */
import { memo } from "react";
import { Button } from "@/components/button";
import { Icon } from "@/components/icon";
import { classNames } from "@/lib/class-names";
import { shownText } from "../changes";
import { useChat } from "../chat-provider";
import type { Exchange } from "../exchange";
import { focusComposer } from "../use-chat-panel";
import { FailureNotice, UnsentNotice } from "./failure-notice";
import { ToolCard } from "./tool-card";

type ExchangeViewProps = {
  exchange: Exchange;
  /** Only the newest one can be retried. */
  last: boolean;
  now: Date;
  onTask: (id: string) => void;
};

export const ExchangeView = memo(function ExchangeView({ exchange, last, now, onTask }: ExchangeViewProps) {
  const { message, calls, outdated, status } = exchange;
  const text = shownText(exchange);
  return (
    <li className="flex flex-col gap-3">
      {message && (
        <p
          dir="auto"
          className="ml-10 self-end whitespace-pre-wrap rounded-2xl rounded-br-md bg-accent-soft px-3.5 py-2 wrap-anywhere"
        >
          <span className="sr-only">You: </span>
          {message}
        </p>
      )}
      <div className={classNames("flex flex-col gap-3 transition-opacity", outdated && "opacity-50")}>
        {calls.map((call, index) => {
          // Tasks that were only looked up for another step are of little interest.
          const folded = call.tool === "list_tasks" && index < calls.length - 1;
          return <ToolCard key={call.id} call={call} folded={folded} now={now} onTask={onTask} />;
        })}
        {text && (
          <p dir="auto" className="whitespace-pre-wrap wrap-anywhere">
            <span className="sr-only">Assistant: </span>
            {text}
            {status === "streaming" && (
              <span
                aria-hidden="true"
                className="ml-0.5 inline-block h-4 w-1.5 animate-pulse rounded-sm bg-accent align-text-bottom"
              />
            )}
          </p>
        )}
      </div>
      <Progress exchange={exchange} last={last} />
    </li>
  );
});

function Progress({ exchange, last }: { exchange: Exchange; last: boolean }) {
  const { status, outdated, text, calls } = exchange;
  if (status === "sending") return <Thinking label={outdated ? "Reconnecting" : "Thinking"} />;
  if (status === "streaming") {
    return text || calls.some(({ state }) => state === "running") ? null : <Thinking label="Thinking" />;
  }
  if (status === "elsewhere") return <Thinking label="Being answered in another window" />;
  return status === "done" ? null : <Ended exchange={exchange} last={last} />;
}

/** Without an answer, or in the middle of it. */
function Ended({ exchange, last }: { exchange: Exchange; last: boolean }) {
  const { retry, discard, phase } = useChat();
  const { status, failure, unsent } = exchange;
  if (unsent) {
    return (
      <UnsentNotice
        failure={failure}
        stopped={status === "stopped"}
        busy={phase === "sending" || phase === "streaming"}
        onRetry={() => retry(exchange)}
        onDiscard={() => {
          discard(exchange);
          focusComposer();
        }}
      />
    );
  }
  if (status === "failed" && last) return <FailureNotice failure={failure} onRetry={() => retry(exchange)} />;
  return (
    <p className="flex items-center gap-3 text-faint text-sm">
      {status === "failed" ? "No answer" : "Stopped"}
      {last && (
        <Button className="py-1" onClick={() => retry(exchange)}>
          <Icon name="retry" />
          Continue
        </Button>
      )}
    </p>
  );
}

function Thinking({ label }: { label: string }) {
  return (
    <p className="flex items-center gap-2 text-faint text-sm">
      <span aria-hidden="true" className="flex gap-1">
        <span className="size-1.5 animate-pulse rounded-full bg-accent" />
        <span className="size-1.5 animate-pulse rounded-full bg-accent [animation-delay:200ms]" />
        <span className="size-1.5 animate-pulse rounded-full bg-accent [animation-delay:400ms]" />
      </span>
      {label}…
    </p>
  );
}
