// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createRef } from "react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clearToasts } from "@/components/toast/toast-store";
import { Toaster } from "@/components/toast/toaster";
import { AddTask } from "@/features/tasks/components/add-task";
import { TaskList } from "@/features/tasks/components/task-list";
import { NO_FILTERS } from "@/features/tasks/filters";
import { EMPTY } from "@/features/tasks/selection";
import { useOutbox } from "@/features/tasks/use-outbox";
import { useTaskList } from "@/features/tasks/use-task-list";
import type { Task } from "@/lib/api/types";
import { startSession } from "@/lib/session";
import { fakeApi, json, problem } from "./fake-api";
import { makeTask } from "./task";

const nothing = () => undefined;
const now = new Date();

function List() {
  useOutbox();
  const list = useTaskList(NO_FILTERS, now);
  return (
    <TaskList
      list={list}
      filters={NO_FILTERS}
      now={now}
      openId={null}
      selection={EMPTY}
      selecting={false}
      onOpen={nothing}
      onSelect={nothing}
      onAdd={nothing}
      onClearFilters={nothing}
    />
  );
}

async function show(): Promise<void> {
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <AddTask filters={NO_FILTERS} inputRef={createRef()} />
      <List />
      <Toaster />
    </QueryClientProvider>,
  );
  await waitFor(() => expect(screen.queryByRole("status", { name: "Loading tasks" })).toBeNull());
}

/** An answer that the test gives when it is time. */
function later() {
  let give: (response: Response) => void = nothing;
  const response = new Promise<Response>((resolve) => {
    give = resolve;
  });
  return { response, give };
}

function row(title: string): HTMLElement {
  const found = screen.getByText(title, { selector: "[data-task-title]" }).closest<HTMLElement>("li");
  if (!found) throw new Error(`no row ${title}`);
  return found;
}

const box = (title: string) => screen.getByRole<HTMLInputElement>("checkbox", { name: `Complete ${title}` });

let milk: Task;

beforeEach(() => {
  milk = makeTask({ title: "Milk" });
  // Each test has an account of its own, and with it an outbox.
  const user = { id: crypto.randomUUID(), email: "a@example.com", name: "", created_at: milk.created_at };
  startSession({ access_token: "t", token_type: "bearer", expires_in: 3600, user });
});

afterEach(() => {
  cleanup();
  clearToasts();
});

describe("completing a task", () => {
  it("shows at once and stays when the API agrees", async () => {
    const { response, give } = later();
    const tasks = [milk];
    fakeApi(tasks, { [`PATCH tasks/${milk.id}`]: () => response });
    await show();
    await userEvent.click(box("Milk"));
    expect(box("Milk").checked).toBe(true);

    tasks[0] = { ...milk, completed: true, completed_at: new Date().toISOString(), version: 2 };
    give(json(tasks[0]));
    await screen.findByText("Completed “Milk”");
    expect(await screen.findByRole("button", { name: /^Completed 1$/ })).toBeTruthy();
  });

  it("is marked at its row when the API refuses, with a way to try again", async () => {
    let answers = [() => problem(422, "Not like this.", "req-77")];
    fakeApi([milk], { [`PATCH tasks/${milk.id}`]: () => (answers.shift() ?? (() => json(milk)))() });
    await show();
    await userEvent.click(box("Milk"));

    // The refusal may come after the row has moved to the completed ones: then it comes back as another element.
    await waitFor(() => within(row("Milk")).getByText("Not saved. Not like this."));
    expect(box("Milk").checked).toBe(false);

    answers = [() => json({ ...milk, completed: true, version: 2 })];
    await userEvent.click(within(row("Milk")).getByRole("button", { name: "Retry" }));
    await waitFor(() => expect(answers).toHaveLength(0));
    await waitFor(() => expect(screen.queryByText(/^Not saved/)).toBeNull());
  });

  it("keeps a later change of another field when the earlier one fails", async () => {
    const first = later();
    const bodies: unknown[] = [];
    const tasks = [milk];
    fakeApi(tasks, {
      [`PATCH tasks/${milk.id}`]: async (request) => {
        bodies.push(await request.json());
        if (bodies.length === 1) return first.response;
        tasks[0] = { ...milk, title: "Oat milk", version: 2 };
        return json(tasks[0]);
      },
    });
    await show();
    await userEvent.click(box("Milk"));
    // A change is stored before it is sent: not before the first one is under way is there an earlier one.
    await waitFor(() => expect(bodies).toHaveLength(1));
    // The row moves to the completed ones after a moment.
    await userEvent.click(await screen.findByRole("button", { name: /^Completed 1$/ }));
    await userEvent.dblClick(screen.getByRole("button", { name: "Milk" }));
    await userEvent.clear(screen.getByRole("textbox", { name: "New title for Milk" }));
    await userEvent.keyboard("Oat milk{Enter}");
    expect(bodies).toHaveLength(1);

    first.give(problem(422, "Broken."));
    await waitFor(() => expect(bodies[1]).toEqual({ title: "Oat milk", version: 1 }));
    await waitFor(() => expect(box("Oat milk").checked).toBe(false));
  });
});

describe("renaming", () => {
  it("takes Escape and an empty title as never mind", async () => {
    const { requests } = fakeApi([milk]);
    await show();
    await userEvent.dblClick(screen.getByRole("button", { name: "Milk" }));
    await userEvent.keyboard("Other{Escape}");
    await userEvent.dblClick(screen.getByRole("button", { name: "Milk" }));
    await userEvent.clear(screen.getByRole("textbox", { name: "New title for Milk" }));
    await userEvent.keyboard("{Enter}");
    screen.getByRole("button", { name: "Milk" });
    expect(requests.filter((route) => route.startsWith("PATCH"))).toEqual([]);
  });
});

describe("adding", () => {
  it("keeps the focus, and the task as a row until the server has it", async () => {
    let fail = true;
    const tasks: Task[] = [];
    const keys: (string | null)[] = [];
    fakeApi(tasks, {
      "POST tasks": async (request) => {
        keys.push(request.headers.get("idempotency-key"));
        if (fail) return problem(503, "Busy.");
        tasks.push(makeTask({ title: (await request.json()).title }));
        return json(tasks[0], 201);
      },
    });
    await show();
    const field = screen.getByRole<HTMLInputElement>("textbox", { name: "Add a task" });
    await userEvent.type(field, "Bread{Enter}");
    expect(document.activeElement).toBe(field);
    expect(field.value).toBe("");

    await waitFor(() => within(row("Bread")).getByText(/^Not saved yet/));
    fail = false;
    await userEvent.click(within(row("Bread")).getByRole("button", { name: "Retry" }));
    await waitFor(() => expect(row("Bread").dataset.taskId).toBe(tasks[0]?.id));
    expect(screen.queryByText(/^Not saved/)).toBeNull();
    expect(new Set(keys).size).toBe(1);
  });

  it("shows every refused text at its row, however many there are, until it is discarded", async () => {
    fakeApi([], { "POST tasks": () => problem(422, "No.") });
    await show();
    const field = screen.getByRole("textbox", { name: "Add a task" });
    const titles = ["one", "two", "three", "four", "five"];
    for (const title of titles) await userEvent.type(field, `${title}{Enter}`);
    for (const title of titles) await waitFor(() => within(row(title)).getByText("Not saved. No."));
    await userEvent.click(within(row("two")).getByRole("button", { name: "Discard" }));
    await waitFor(() => expect(screen.queryByText("two")).toBeNull());
    row("one");
  });
});

describe("deleting", () => {
  it("leaves at once and comes back by undo", async () => {
    const tasks = [milk];
    fakeApi(tasks, {
      [`DELETE tasks/${milk.id}`]: () => {
        tasks.length = 0;
        return new Response(null, { status: 204, headers: { "Change-Id": "change-1" } });
      },
      "POST changes/change-1/undo": () => {
        tasks.push(milk);
        return json({ tasks: [milk], change_id: "change-2" });
      },
    });
    await show();
    await userEvent.click(screen.getByRole("button", { name: "Delete Milk" }));
    expect(screen.queryByRole("checkbox", { name: "Complete Milk" })).toBeNull();
    await screen.findByText("Deleted “Milk”");
    await userEvent.click(screen.getByRole("button", { name: "Undo" }));
    await screen.findByRole("checkbox", { name: "Complete Milk" });
    await waitFor(() => expect(tasks).toEqual([milk]));
  });

  it("brings the row back when the API refuses", async () => {
    fakeApi([milk], { [`DELETE tasks/${milk.id}`]: () => problem(422, "No.") });
    await show();
    await userEvent.click(screen.getByRole("button", { name: "Delete Milk" }));
    await screen.findByText("Not saved. No.");
    within(row("Milk")).getByRole("checkbox", { name: "Complete Milk" });
  });
});
