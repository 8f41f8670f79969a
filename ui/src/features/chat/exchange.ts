/**
 * One message to the assistant and its answer, which grows with the events of the stream.
 */
import type { ApiError } from "@/lib/api/errors";
import type { Confirmation, Task, ToolEvent } from "@/lib/api/types";
import type { ChatEvent } from "./events";

export type ToolCall = {
  id: string;
  tool: ToolEvent["tool"];
  /** `stopped`: the answer ended before this step was confirmed. */
  state: "running" | "stopped" | ToolEvent["state"];
  summary: string;
  tasks: Task[];
  count: number;
  error: string | null;
  confirmation: Confirmation | null;
};

export type Failure = {
  error: ApiError;
  /** Whether a retry can help. */
  retry: boolean;
  /** Milliseconds since the epoch. A retry before this can't help. */
  notBefore: number;
};

export type Exchange = {
  /** The `client_message_id`. Sending the message again under the same id repeats nothing. */
  id: string;
  message: string;
  text: string;
  calls: ToolCall[];
  /** `elsewhere`: another window receives the answer. */
  status: "sending" | "streaming" | "done" | "stopped" | "failed" | "elsewhere";
  failure: Failure | null;
  /** The server is not known to have the message: this page must not lose it. */
  unsent: boolean;
  /** The content is from a failed attempt. The first event of the next attempt replaces it. */
  outdated: boolean;
};

export function begun(id: string, message: string): Exchange {
  return {
    id,
    message,
    text: "",
    calls: [],
    status: "sending",
    failure: null,
    unsent: true,
    outdated: false,
  };
}

export function isUnderWay({ status }: Exchange): boolean {
  return status === "sending" || status === "streaming";
}

/** The exchange after an event. The stream's reader decides how an answer without a `done` ends. */
export function withEvent(before: Exchange, event: ChatEvent): Exchange {
  const exchange = before.outdated ? begun(before.id, before.message) : before;
  const streaming: Exchange = { ...exchange, status: "streaming", unsent: false };
  switch (event.name) {
    case "text":
      return { ...streaming, text: exchange.text + event.data.delta };
    case "tool_started":
      return withCall(streaming, {
        ...blank(event.data.call_id, event.data.tool),
        summary: event.data.summary,
      });
    case "tool_finished":
      return withCall(streaming, callOf(event.data));
    case "needs_confirmation":
      return withCall(streaming, asking(exchange, event.data));
    case "done":
      return { ...exchange, status: "done", unsent: false };
    default:
      return before;
  }
}

function withCall(exchange: Exchange, call: ToolCall): Exchange {
  const known = exchange.calls.some(({ id }) => id === call.id);
  const calls = known
    ? exchange.calls.map((other) => (other.id === call.id ? call : other))
    : [...exchange.calls, call];
  return { ...exchange, calls };
}

function blank(id: string, tool: ToolCall["tool"]): ToolCall {
  return { id, tool, state: "running", summary: "", tasks: [], count: 0, error: null, confirmation: null };
}

function asking({ calls }: Exchange, confirmation: Confirmation): ToolCall {
  const { call_id: id, count } = confirmation;
  const call = calls.find((known) => known.id === id) ?? blank(id, "update_tasks");
  return { ...call, state: "awaiting", count, confirmation };
}

export function callOf({ call_id: id, ok: _, error, confirmation, ...rest }: ToolEvent): ToolCall {
  return { id, error: error ?? null, confirmation: confirmation ?? null, ...rest };
}

/** A running step may or may not have been done. No further event will report it. */
export function broken(exchange: Exchange, end: Pick<Exchange, "status" | "failure">): Exchange {
  const calls = exchange.calls.map((call) =>
    call.state === "running" ? { ...call, state: "stopped" as const } : call,
  );
  return { ...exchange, ...end, calls, outdated: false };
}
