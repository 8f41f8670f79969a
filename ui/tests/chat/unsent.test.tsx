// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ChatProvider } from "@/features/chat/chat-provider";
import { ChatPanel } from "@/features/chat/components/chat-panel";
import { ChatToggle } from "@/features/chat/components/chat-toggle";
import type { ChatMessage, ChatRequest } from "@/lib/api/types";
import { endSession } from "@/lib/session";
import { fakeApi, json, problem } from "../tasks/fake-api";
import { ABOUT, signIn } from "../tasks/page";
import { DONE, live, streamed, wire } from "./stream";

const nothing = () => undefined;
const panel = { open: true, visible: true, asked: false, ask: nothing, close: nothing };
/** What the server has. */
let history: ChatMessage[];
let asked: ChatRequest[];
let answer: (request: Request) => Response | Promise<Response>;
let people = 0;

const answered = () => streamed([wire("text", { delta: "Done." }), wire("done", DONE)]);
const refused = () => problem(500, "Not now.");

/** A page that has just been loaded. */
function open(withPanel = true) {
  return render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <ChatProvider onTasksChanged={nothing}>
        <ChatToggle panel={panel} />
        {withPanel && <ChatPanel autoFocus={false} onClose={nothing} onTask={nothing} />}
      </ChatProvider>
    </QueryClientProvider>,
  );
}

const composer = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message to the assistant" });
const say = (text: string) => userEvent.type(composer(), `${text}{Enter}`);

async function message(text: string) {
  const found = await screen.findByText(text, { selector: "li > p" });
  const exchange = found.closest("li");
  if (!exchange) throw new Error(`no message ${text}`);
  return within(exchange);
}

function received(id: string, text: string): ChatMessage[] {
  const common = {
    client_message_id: id,
    state: "done" as const,
    created_at: "2026-11-23T12:00:00Z",
    tools: [],
  };
  return [
    { ...common, id: `${id}-1`, role: "user", text },
    { ...common, id: `${id}-2`, role: "assistant", text: "Done." },
  ];
}

beforeEach(() => {
  signIn(`person-${people++}`);
  history = [];
  asked = [];
  answer = refused;
  fakeApi([], {
    "GET about": () => json(ABOUT),
    "GET chat/messages": () => json({ items: history }),
    "POST chat": async (request) => {
      asked.push(await request.clone().json());
      return answer(request);
    },
  });
});

afterEach(() => {
  cleanup();
  window.sessionStorage.clear();
});

it("keeps a message that was refused, over a reload, until it is sent under the same id", async () => {
  const page = open();
  await say("Buy bread");
  (await message("Buy bread")).getByText("Not sent");

  page.unmount();
  open();
  answer = answered;
  await userEvent.click((await message("Buy bread")).getByRole("button", { name: "Retry" }));
  await screen.findByText("Done.", { selector: "li p" });
  expect(asked[1]).toEqual(asked[0]);
  expect(screen.queryByText("Not sent")).toBeNull();

  history = received(asked[0]?.client_message_id ?? "", "Buy bread");
  cleanup();
  open();
  await screen.findByText("Done.", { selector: "li p" });
  expect(screen.queryByRole("button", { name: "Retry" })).toBeNull();
});

it("keeps what a session's end or a closed tab interrupts before the server has it", async () => {
  answer = () => {
    endSession("expired");
    return problem(401, "Sign in.");
  };
  const page = open();
  await say("Buy bread");
  await waitFor(() => expect(asked).toHaveLength(1));
  page.unmount();
  window.sessionStorage.clear();

  signIn(`person-${people - 1}`);
  open();
  (await message("Buy bread")).getByRole("button", { name: "Discard" });
  expect(asked).toHaveLength(1);
});

it("shows no message to the next account, and forgets one that is discarded", async () => {
  const mine = `person-${people - 1}`;
  const page = open();
  await say("Secret plan");
  await message("Secret plan");
  page.unmount();

  signIn(`person-${people++}`);
  const other = open();
  await screen.findByRole("button", { name: "What is overdue?" });
  expect(screen.queryByText("Secret plan")).toBeNull();
  other.unmount();

  signIn(mine);
  const again = open();
  await userEvent.click((await message("Secret plan")).getByRole("button", { name: "Discard" }));
  await waitFor(() => expect(screen.queryByText("Secret plan")).toBeNull());
  again.unmount();
  open();
  await screen.findByRole("button", { name: "What is overdue?" });
});

it("can be sent although a later message has been answered", async () => {
  open();
  await say("One");
  await message("One");
  answer = answered;
  await say("Two");
  await screen.findByText("Done.", { selector: "li p" });
  await userEvent.click((await message("One")).getByRole("button", { name: "Retry" }));
  await waitFor(() => expect(screen.queryByText("Not sent")).toBeNull());
  expect(asked.map((request) => request.message)).toEqual(["One", "Two", "One"]);
});

it("leaves the text in the field while another message is being answered", async () => {
  const stream = live();
  answer = stream.response;
  open();
  await say("One");
  await say("Two");
  expect(composer().value).toBe("Two");
  stream.send(wire("done", DONE));
  await waitFor(() => expect(screen.getByRole("button", { name: "Send" })).toBeTruthy());
  expect(composer().value).toBe("Two");
});

it("says at the assistant's button that a message was not sent, unless the server has it after all", async () => {
  const page = open();
  await say("Buy bread");
  await message("Buy bread");
  page.unmount();
  const closed = open(false);
  screen.getByRole("button", { name: "Assistant , 1 not sent" });
  closed.unmount();

  history = received(asked[0]?.client_message_id ?? "", "Buy bread");
  open(false);
  await screen.findByRole("button", { name: "Assistant" });
});

it("shows a message that the person has stopped as stopped, and keeps it", async () => {
  answer = (request) => new Promise((_, reject) => request.signal.addEventListener("abort", reject));
  open();
  await say("Buy bread");
  await userEvent.click(await screen.findByRole("button", { name: "Stop" }));
  const stopped = await message("Buy bread");
  stopped.getByText("Stopped");
  stopped.getByRole("button", { name: "Retry" });
  expect(screen.queryByText(/not sent/i)).toBeNull();
});

it("is not stopped by the second half of a double click on Send", async () => {
  const stream = live();
  answer = stream.response;
  open();
  await userEvent.type(composer(), "Buy bread");
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  fireEvent.click(await screen.findByRole("button", { name: "Stop" }), { detail: 2 });
  stream.send(wire("text", { delta: "Done." }));
  stream.send(wire("done", DONE));
  await screen.findByText("Done.", { selector: "li p" });
  expect(screen.queryByText("Stopped")).toBeNull();
});
