import { describe, expect, it } from "vitest";
import { type Change, type Conversation, converse, EMPTY, phaseOf } from "@/features/chat/conversation";
import type { ChatEvent } from "@/features/chat/events";
import { ApiError } from "@/lib/api/errors";
import type { ChatMessage } from "@/lib/api/types";
import { CONFIRMATION, DONE, toolEvent } from "./stream";

const reached = (...changes: Change[]): Conversation => changes.reduce(converse, EMPTY);
const event = (name: ChatEvent["name"], data: unknown, id = "a"): Change => ({
  type: "event",
  id,
  event: { name, data } as ChatEvent,
});
const sent: Change = { type: "sent", id: "a", message: "Add milk" };
const started = event("tool_started", { call_id: "call-1", tool: "create_tasks", summary: "Adding 1 task" });
const finished = event("tool_finished", toolEvent());
const asked = event("needs_confirmation", CONFIRMATION);
const text = (delta: string) => event("text", { delta });
const done = event("done", DONE);
const failure = { error: new ApiError(503, "Not now"), retry: true, notBefore: 0 };

function messages(id: string, state: ChatMessage["state"], answer = ""): ChatMessage[] {
  const common = { client_message_id: id, state, created_at: "2026-11-23T12:00:00Z" };
  return [
    { ...common, id, role: "user", text: `Question ${id}`, tools: [] },
    { ...common, id: `${id}-answer`, role: "assistant", text: answer, tools: [] },
  ];
}

describe("the phase", () => {
  it.each<[string, Change[]]>([
    ["idle", []],
    ["sending", [sent]],
    ["streaming", [sent, started]],
    ["streaming", [sent, started, finished, text("I ")]],
    ["idle", [sent, started, finished, text("I added it."), done]],
    ["awaiting-confirmation", [sent, asked, done]],
    ["idle", [sent, asked, done, { type: "decided", callId: "call-1", result: toolEvent() }]],
    ["idle", [sent, asked, done, { type: "decided", callId: "call-1", result: null }]],
    ["failed", [sent, started, { type: "failed", id: "a", failure }]],
    ["sending", [sent, { type: "failed", id: "a", failure }, { type: "sent-again", id: "a" }]],
    ["idle", [sent, text("I "), { type: "stopped", id: "a" }]],
    ["idle", [sent, text("I "), { type: "cleared" }]],
  ])("is %s", (phase, changes) => {
    expect(phaseOf(reached(...changes))).toBe(phase);
  });
});

describe("an answer", () => {
  it("grows by text, and its steps turn from running into what they came to", () => {
    const running = reached(sent, started).exchanges[0];
    expect(running?.calls).toMatchObject([{ id: "call-1", state: "running", summary: "Adding 1 task" }]);
    const [exchange] = reached(sent, started, finished, text("I added "), text("milk.")).exchanges;
    expect(exchange?.text).toBe("I added milk.");
    expect(exchange?.calls).toMatchObject([
      { state: "done", summary: "Added 1 task", tasks: [{ title: "Milk" }] },
    ]);
  });

  it("told again replaces what was shown of it, with its first event and not before", () => {
    const again = reached(sent, started, finished, text("I ad"), { type: "sent-again", id: "a" });
    expect(again.exchanges[0]).toMatchObject({ text: "I ad", outdated: true });
    const told = [started, finished, text("I added it."), done].reduce(converse, again);
    expect(told.exchanges).toHaveLength(1);
    expect(told.exchanges[0]).toMatchObject({ text: "I added it.", outdated: false, status: "done" });
    expect(told.exchanges[0]?.calls).toHaveLength(1);
  });

  it("that broke off leaves no step running", () => {
    const [exchange] = reached(sent, started, { type: "stopped", id: "a" }).exchanges;
    expect(exchange?.calls[0]?.state).toBe("stopped");
  });
});

describe("the history", () => {
  it("is what the server knows", () => {
    const loaded = [
      ...messages("1", "done", "Yes."),
      ...messages("2", "interrupted"),
      ...messages("3", "running"),
    ];
    const { exchanges } = reached({ type: "history", messages: loaded });
    expect(exchanges.map(({ message, text: said, status }) => [message, said, status])).toEqual([
      ["Question 1", "Yes.", "done"],
      ["Question 2", "", "stopped"],
      ["Question 3", "", "elsewhere"],
    ]);
  });

  it("leaves alone what is under way here, and what never reached the server", () => {
    const history: Change = {
      type: "history",
      messages: [...messages("1", "done"), ...messages("a", "running")],
    };
    expect(reached(sent, text("I "), history).exchanges).toMatchObject([
      { id: "1" },
      { id: "a", text: "I ", status: "streaming" },
    ]);

    const other: Change = { type: "history", messages: messages("1", "done") };
    expect(reached(sent, { type: "failed", id: "a", failure }, other).exchanges).toMatchObject([
      { id: "1" },
      { id: "a", status: "failed", failure },
    ]);
  });

  it("takes away what was cleared in another window", () => {
    expect(reached(sent, text("Yes."), done, { type: "history", messages: [] }).exchanges).toEqual([]);
  });
});
