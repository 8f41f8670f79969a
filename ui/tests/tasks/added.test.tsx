// @vitest-environment happy-dom
import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { clearToasts } from "@/components/toast/toast-store";
import type { Task } from "@/lib/api/types";
import { fakeApi, json } from "./fake-api";
import { add, addField, BESIDES, rowOf, showPage, signIn, toast } from "./page";
import { makeTask } from "./task";

vi.mock("next/navigation", () => import("./navigation"));

let tasks: Task[];

beforeEach(() => {
  signIn();
  tasks = [];
  fakeApi(tasks, {
    ...BESIDES,
    // Like the server: a view lists only what is in it.
    "GET tasks": ({ url }) => {
      const { searchParams: query } = new URL(url);
      const listed = query.get("status") === "open" && !query.get("q") && !query.get("due") ? tasks : [];
      return json({
        items: listed,
        pagination: { page: 1, limit: 100, has_next: false, total_count: 1, total_is_exact: true },
      });
    },
    "POST tasks": async (request) => {
      const task = makeTask(await request.json());
      tasks.push(task);
      return json(task, 201);
    },
  });
});

afterEach(() => {
  cleanup();
  clearToasts();
  window.sessionStorage.clear();
});

it.each([
  ["?due=upcoming", "call mum", "call mum", "No date"],
  ["?due=overdue", "call mum", "call mum", "No date"],
  ["?status=completed", "call mum tomorrow", "call mum", "Upcoming"],
  ["?q=bread", "call mum", "call mum", "No date"],
  ["?due=none", "call mum tomorrow", "call mum", "Upcoming"],
  ["?due=today", "call mum tomorrow", "call mum", "Upcoming"],
  ["?priority=high&priority=low", "call mum today", "call mum", "Today"],
])(
  "where %s does not show a new task, a toast says where it went and leads there",
  async (view, text, title, section) => {
    await showPage(view);
    await add(text);
    expect(rowOf(title)).toBeNull();
    const said = await toast(`Added “${title}” to ${section}`);
    expect(document.activeElement).toBe(addField());

    await userEvent.click(said.getByRole("button", { name: "Show" }));
    await waitFor(() =>
      expect(document.activeElement).toBe(rowOf(title)?.querySelector("[data-task-title]")),
    );
    screen.getByRole("heading", { level: 1, name: section });
  },
);

it("says nothing where the view shows it", async () => {
  await showPage("?due=today");
  await add("call mum");
  await waitFor(() => expect(rowOf("call mum")).not.toBeNull());
  expect(screen.queryByText(/^Added/)).toBeNull();
});

it("leads to a row that a long list has put out of sight", async () => {
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue(new DOMRect(0, 5000, 600, 40));
  await showPage();
  await add("call mum");
  const said = await toast("Added under No date");
  await userEvent.click(said.getByRole("button", { name: "Show" }));
  expect(document.activeElement).toBe(rowOf("call mum")?.querySelector("[data-task-title]"));
});
