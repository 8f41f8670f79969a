/**
 * The conversation as the panel shows it. Only this module changes it. It knows nothing about the network.
 */
import type { ChatMessage, ToolEvent } from "@/lib/api/types";
import type { ChatEvent } from "./events";
import {
  begun,
  broken,
  callOf,
  type Exchange,
  type Failure,
  isUnderWay,
  type ToolCall,
  withEvent,
} from "./exchange";

export type Conversation = { exchanges: readonly Exchange[] };

export type Change =
  | { type: "history"; messages: readonly ChatMessage[] }
  | { type: "sent"; id: string; message: string }
  | { type: "sent-again"; id: string }
  | { type: "event"; id: string; event: ChatEvent }
  | { type: "stopped"; id: string }
  | { type: "failed"; id: string; failure: Failure }
  | { type: "decided"; callId: string; result: ToolEvent | null }
  | { type: "discarded"; id: string }
  | { type: "cleared" };

export type Phase = "idle" | "sending" | "streaming" | "awaiting-confirmation" | "failed";

export const EMPTY: Conversation = { exchanges: [] };

/** How a page begins: with the messages that an earlier one could not send. */
export const withUnsent = (messages: readonly { id: string; message: string }[]): Conversation => ({
  exchanges: messages.map(({ id, message }) => ({ ...begun(id, message), status: "failed" })),
});

export function phaseOf({ exchanges }: Conversation): Phase {
  const last = exchanges.at(-1);
  if (last?.status === "sending" || last?.status === "streaming" || last?.status === "failed") {
    return last.status;
  }
  const asks = last?.calls.some(({ state }) => state === "awaiting");
  return asks ? "awaiting-confirmation" : "idle";
}

export function converse(conversation: Conversation, change: Change): Conversation {
  const { exchanges } = conversation;
  const update = (id: string, how: (exchange: Exchange) => Exchange) => ({
    exchanges: exchanges.map((exchange) => (exchange.id === id ? how(exchange) : exchange)),
  });
  switch (change.type) {
    case "history":
      return { exchanges: merged(exchanges, change.messages) };
    case "sent":
      return { exchanges: [...exchanges, begun(change.id, change.message)] };
    case "sent-again":
      return update(change.id, (exchange) => ({
        ...exchange,
        status: "sending",
        failure: null,
        outdated: true,
      }));
    case "event":
      return update(change.id, (exchange) => withEvent(exchange, change.event));
    case "stopped":
      return update(change.id, (exchange) => broken(exchange, { status: "stopped", failure: null }));
    case "failed":
      return update(change.id, (exchange) => broken(exchange, { status: "failed", failure: change.failure }));
    case "decided":
      return { exchanges: decided(exchanges, change.callId, change.result) };
    case "discarded":
      return { exchanges: exchanges.filter(({ id }) => id !== change.id) };
    case "cleared":
      return EMPTY;
  }
}

function decided(exchanges: readonly Exchange[], callId: string, result: ToolEvent | null): Exchange[] {
  const decide = (call: ToolCall): ToolCall => {
    if (call.id !== callId) return call;
    return result ? callOf(result) : { ...call, state: "denied", confirmation: null };
  };
  return exchanges.map((exchange) => ({ ...exchange, calls: exchange.calls.map(decide) }));
}

const STATUS: Record<ChatMessage["state"], Exchange["status"]> = {
  done: "done",
  running: "elsewhere",
  interrupted: "stopped",
  failed: "failed",
};

/** The server's view wins, except for an answer that is arriving here and for messages that never reached it. */
function merged(here: readonly Exchange[], messages: readonly ChatMessage[]): Exchange[] {
  const there = fromMessages(messages);
  const local = new Map(here.map((exchange) => [exchange.id, exchange]));
  const known = there.map((exchange) => {
    const ours = local.get(exchange.id);
    if (!ours) return exchange;
    return isUnderWay(ours)
      ? ours
      : { ...exchange, failure: exchange.status === "failed" ? ours.failure : null };
  });
  const ids = new Set(there.map(({ id }) => id));
  const unknown = here.filter(
    ({ id, status }) => !ids.has(id) && status !== "done" && status !== "elsewhere",
  );
  return [...known, ...unknown];
}

function fromMessages(messages: readonly ChatMessage[]): Exchange[] {
  const exchanges = new Map<string, Exchange>();
  for (const { role, client_message_id: id, text, tools, state } of messages) {
    // A truncated history may begin with an answer.
    const exchange = exchanges.get(id) ?? begun(id, "");
    const side = role === "user" ? { message: text } : { text, calls: tools.map(callOf) };
    exchanges.set(id, { ...exchange, ...side, status: STATUS[state], unsent: false });
  }
  return [...exchanges.values()];
}
