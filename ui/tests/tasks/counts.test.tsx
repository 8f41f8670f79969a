// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, it } from "vitest";
import { TaskList } from "@/features/tasks/components/task-list";
import { NO_FILTERS } from "@/features/tasks/filters";
import { EMPTY } from "@/features/tasks/selection";
import { useTaskList } from "@/features/tasks/use-task-list";
import { startSession } from "@/lib/session";
import { fakeApi, json } from "./fake-api";
import { makeTask } from "./task";

const nothing = () => undefined;
const now = new Date();
const rows = { openId: null, selection: EMPTY, selecting: false, onOpen: nothing, onSelect: nothing };

function List() {
  const list = useTaskList(NO_FILTERS, now);
  return (
    <TaskList list={list} filters={NO_FILTERS} now={now} onAdd={nothing} onClearFilters={nothing} {...rows} />
  );
}

async function show(total_count: number, total_is_exact: boolean): Promise<void> {
  const user = { id: "u1", email: "a@example.com", name: "", created_at: now.toISOString() };
  startSession({ access_token: "t", token_type: "bearer", expires_in: 60, user });
  fakeApi([], {
    "GET tasks": (request) => {
      const completed = new URL(request.url).searchParams.get("status") === "completed";
      const items = [makeTask({ completed, completed_at: completed ? now.toISOString() : null })];
      return json({ items, pagination: { page: 1, limit: 1, has_next: true, total_count, total_is_exact } });
    },
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <List />
    </QueryClientProvider>,
  );
  await screen.findByText("Completed");
}

describe("how many there are", () => {
  afterEach(cleanup);

  it("is exact as long as the API counted all", async () => {
    await show(7, true);
    screen.getByText("7");
    screen.getByRole("button", { name: "Load more tasks (6 left)" });
  });

  it("is a lower bound beyond that", async () => {
    await show(1000, false);
    screen.getByText("1000+");
    screen.getByRole("button", { name: "Load more tasks (more than 999 left)" });
  });
});
