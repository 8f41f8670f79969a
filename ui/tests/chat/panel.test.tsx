// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ChatProvider } from "@/features/chat/chat-provider";
import { ChatPanel } from "@/features/chat/components/chat-panel";
import { settle } from "@/features/tasks/cache";
import { TASKS } from "@/features/tasks/queries";
import type { ChatMessage, ChatRequest } from "@/lib/api/types";
import { startSession } from "@/lib/session";
import { fakeApi, json, problem } from "../tasks/fake-api";
import { CONFIRMATION, DONE, live, streamed, toolEvent, wire } from "./stream";

type Handlers = Parameters<typeof fakeApi>[1];

const ABOUT = {
  version: "1",
  pod: "p",
  standins: { database: false, assistant: false },
  assistant: { model: "m", configured: true },
};
const onTask = vi.fn();
const onClose = vi.fn();
const refetched = vi.fn(() => []);
/** What the server knows; null: it takes its time to say so. */
let history: ChatMessage[] | null;

/** Stands for the list of tasks. */
function List() {
  useQuery({ queryKey: [TASKS, "list"], queryFn: refetched });
  return null;
}

function show(handlers: Handlers = {}, about: object = ABOUT) {
  const { requests } = fakeApi([], {
    "GET about": () => json(about),
    "GET chat/messages": () => (history ? json({ items: history }) : new Promise<Response>(() => undefined)),
    ...handlers,
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <ChatProvider onTasksChanged={() => settle(client)}>
        <List />
        <ChatPanel autoFocus={false} onClose={onClose} onTask={onTask} />
      </ChatProvider>
    </QueryClientProvider>,
  );
  return requests;
}

const composer = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message to the assistant" });
const say = (text: string) => userEvent.type(composer(), `${text}{Enter}`);
const seen = (text: string) =>
  waitFor(() => expect(screen.getByRole("list", { name: "Conversation" }).textContent).toContain(text));

beforeEach(() => {
  history = null;
  vi.clearAllMocks();
  const user = { id: "u1", email: "a@example.com", name: "", created_at: "2026-11-01T12:00:00Z" };
  startSession({ access_token: "t", token_type: "bearer", expires_in: 3600, user });
});
afterEach(() => {
  cleanup();
  window.sessionStorage.clear();
  window.localStorage.clear();
});

it("offers something to ask, and asks it", async () => {
  history = [];
  show({ "POST chat": () => streamed([wire("text", { delta: "Nothing is." }), wire("done", DONE)]) });
  const suggestion = await screen.findByRole("button", { name: "What is overdue?" });
  history = null;
  await userEvent.click(suggestion);
  await seen("Nothing is.");
});

it("shows a step while it runs and when it is done, refreshes the list with it, and leads to the task", async () => {
  const stream = live();
  show({ "POST chat": stream.response });
  await say("Add milk");
  await screen.findByText(/Thinking/);
  const fetches = refetched.mock.calls.length;

  stream.send(wire("tool_started", { call_id: "call-1", tool: "create_tasks", summary: "Adding 1 task" }));
  expect(within(await screen.findByRole("region", { name: "Adding 1 task" })).getByRole("img")).toBeDefined();
  const event = toolEvent();
  stream.send(wire("tool_finished", event));
  const card = await screen.findByRole("region", { name: "Added 1 task" });
  await waitFor(() => expect(refetched.mock.calls.length).toBeGreaterThan(fetches));

  await userEvent.click(within(card).getByRole("button", { name: "Milk" }));
  expect(onTask).toHaveBeenCalledWith(event.tasks[0]?.id);
});

it("lets a screen reader speak in sentences while the text arrives", async () => {
  const stream = live();
  show({ "POST chat": stream.response });
  await say("Hello");
  const log = await screen.findByRole("log");
  stream.send(wire("text", { delta: "I added milk. It is due to" }));
  await waitFor(() => expect(log.textContent).toBe("I added milk."));
  stream.send(wire("text", { delta: "morrow." }) + wire("done", DONE));
  await waitFor(() => expect(log.textContent).toBe("I added milk.It is due tomorrow."));
});

async function ask(confirm: (request: Request) => Response | Promise<Response>): Promise<string[]> {
  const started = wire("tool_started", {
    call_id: "call-1",
    tool: "delete_tasks",
    summary: "Deleting 2 tasks",
  });
  const requests = show({
    "POST chat": () => streamed([started, wire("needs_confirmation", CONFIRMATION), wire("done", DONE)]),
    "POST chat/confirm": confirm,
  });
  await say("Delete all");
  await screen.findByRole("button", { name: "Delete 2 tasks" });
  return requests;
}

it("does nothing of what needs a confirmation before it is given", async () => {
  const decisions: unknown[] = [];
  const requests = await ask(async (request) => {
    decisions.push(await request.json());
    const tool = toolEvent({ tool: "delete_tasks", summary: "Deleted 2 tasks", count: 2 });
    return json({ text: "Deleted 2 tasks.", tool });
  });
  expect(requests).not.toContain("POST chat/confirm");
  await userEvent.click(screen.getByRole("button", { name: "Delete 2 tasks" }));
  await waitFor(() => expect(decisions).toEqual([{ token: "token-1", approve: true }]));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Delete 2 tasks" })).toBeNull());
  expect(document.activeElement).toBe(composer());
});

it("takes a refusal, and shows what is wrong with a confirmation that came too late", async () => {
  const answers = [
    () => problem(409, "It is too late for this confirmation."),
    () => json({ text: "Left as it was.", tool: null }),
  ];
  await ask(() => answers.shift()?.() ?? json({}));
  history = [
    message("user", { text: "Delete all", state: "done" }),
    message("assistant", {
      state: "done",
      tools: [toolEvent({ tool: "delete_tasks", state: "awaiting", confirmation: CONFIRMATION })],
    }),
  ];
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect((await screen.findByRole("alert")).textContent).toContain("too late");
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
});

it("stops, and continues under the same id", async () => {
  const stream = live();
  const bodies: ChatRequest[] = [];
  const answers = [stream.response, () => streamed([wire("text", { delta: "Added." }), wire("done", DONE)])];
  show({
    "POST chat": async (request) => {
      bodies.push(await request.clone().json());
      return answers.shift()?.(request) ?? json({});
    },
  });
  await say("Add milk");
  stream.send(wire("text", { delta: "Ad" }));
  await seen("Ad");
  await userEvent.click(screen.getByRole("button", { name: "Stop" }));
  await seen("Stopped");

  await userEvent.click(screen.getByRole("button", { name: "Continue" }));
  await seen("Added.");
  expect(bodies[0]?.client_message_id).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(bodies[1]).toEqual(bodies[0]);
});

it("says why there is no answer, and waits as long as it was asked to", async () => {
  const refused = new Response(
    JSON.stringify({ type: "urn:todo:problem:assistant-rate-limited", status: 429, detail: "Slow down." }),
    { status: 429, headers: { "content-type": "application/problem+json", "retry-after": "3" } },
  );
  const answers = [refused, streamed([wire("text", { delta: "Here I am." }), wire("done", DONE)])];
  show({ "POST chat": () => answers.shift() ?? json({}) });
  await say("Hello");
  expect((await screen.findByRole("alert")).textContent).toContain("Slow down.");
  const waiting = screen.getByRole<HTMLButtonElement>("button", { name: /^Retry in [1-3] s$/ });
  expect(waiting.disabled).toBe(true);
  await userEvent.click(await screen.findByRole("button", { name: "Retry" }));
  await seen("Here I am.");
});

it("offers no retry that can't help", async () => {
  const body = { type: "urn:todo:problem:assistant-not-configured", status: 503, detail: "There is no key." };
  show({ "POST chat": () => json(body, 503) });
  await say("Hello");
  expect((await screen.findByRole("alert")).textContent).toContain("not set up");
  expect(screen.queryByRole("button", { name: /Try again|Retry/ })).toBeNull();
});

it("goes on with an answer that a reload interrupted, and clears the conversation only when asked twice", async () => {
  history = [
    message("user", { text: "Add milk", state: "interrupted" }),
    message("assistant", { text: "I ad", state: "interrupted" }),
  ];
  const bodies: ChatRequest[] = [];
  const requests = show({
    "POST chat": async (request) => {
      bodies.push(await request.json());
      history = null;
      return streamed([wire("text", { delta: "Added." }), wire("done", DONE)]);
    },
    "DELETE chat/messages": () => new Response(null, { status: 204 }),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Clear conversation" }));
  await userEvent.click(screen.getByRole("button", { name: "Keep it" }));
  expect(requests).not.toContain("DELETE chat/messages");

  await userEvent.click(screen.getByRole("button", { name: "Continue" }));
  await waitFor(() => expect(bodies).toMatchObject([{ message: "Add milk", client_message_id: "m-1" }]));
});

it("tells in plain words that a stand-in answers, and keeps the key's name for those who ask", async () => {
  show({}, { ...ABOUT, standins: { database: false, assistant: true } });
  expect(await screen.findByText(/practice assistant/)).toBeDefined();
  const more = screen.getByText(/GROQ_API_KEY/).closest("details");
  expect(more?.open).toBe(false);
});

function message(role: "user" | "assistant", fields: Partial<ChatMessage>): ChatMessage {
  return {
    id: `m-1-${role}`,
    client_message_id: "m-1",
    role,
    text: "",
    tools: [],
    state: "done",
    created_at: "2026-11-23T12:00:00Z",
    ...fields,
  };
}
