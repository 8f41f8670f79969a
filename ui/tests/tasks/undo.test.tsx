// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { clearToasts } from "@/components/toast/toast-store";
import type { Task } from "@/lib/api/types";
import { fakeApi, json } from "./fake-api";
import { add, addField, BESIDES, rowOf, showPage, signIn, toast } from "./page";
import { makeTask, onlyPage } from "./task";

vi.mock("next/navigation", () => import("./navigation"));

beforeEach(() => signIn());

afterEach(() => {
  cleanup();
  clearToasts();
});

it("leaves no button for what the keyboard has undone", async () => {
  const milk = makeTask({ id: "1", title: "Milk" });
  const bread = makeTask({ id: "2", title: "Bread" });
  const tasks = [milk, bread];
  fakeApi(tasks, {
    ...BESIDES,
    [`DELETE tasks/${milk.id}`]: () => {
      tasks.shift();
      return new Response(null, { status: 204, headers: { "Change-Id": "change-1" } });
    },
    "POST changes/change-1/undo": () => {
      tasks.unshift(milk);
      return json({ tasks: [milk], change_id: "change-2" });
    },
  });
  await showPage();
  await userEvent.click(screen.getByRole("button", { name: "Delete Milk" }));
  await toast("Deleted “Milk”");
  expect(rowOf("Milk")).toBeNull();
  await userEvent.keyboard("{Control>}z{/Control}");
  await waitFor(() => expect(rowOf("Milk")).not.toBeNull());
  expect(screen.queryByText("Deleted “Milk”")).toBeNull();
});

/** Answers to "Milk" being added, undone and redone. */
function serveOneAddition() {
  const tasks: Task[] = [];
  const milk = makeTask({ id: "1", title: "Milk" });
  fakeApi(tasks, {
    ...BESIDES,
    "POST tasks": () => {
      tasks.push(milk);
      return json(milk, 201, { "Change-Id": "added" });
    },
    "POST changes/added/undo": () => {
      tasks.pop();
      return json({ tasks: [{ ...milk, deleted_at: milk.created_at }], change_id: "undone" });
    },
    "POST changes/undone/undo": () => {
      tasks.push(milk);
      return json({ tasks: [milk], change_id: "redone" });
    },
  });
}

it("undoes and redoes the last change from the empty field that it was typed into", async () => {
  serveOneAddition();
  await showPage();
  await add("Milk");
  await waitFor(() => expect(rowOf("Milk")?.dataset.taskId).toBe("1"));
  expect(document.activeElement).toBe(addField());
  await userEvent.keyboard("{Control>}z{/Control}");
  await waitFor(() => expect(rowOf("Milk")).toBeNull());
  expect(document.activeElement).toBe(addField());
  await userEvent.keyboard("{Control>}{Shift>}Z{/Shift}{/Control}");
  await waitFor(() => expect(rowOf("Milk")).not.toBeNull());
});

it.each([
  ["a text", "bread"],
  ["a text that was just deleted", "b{Backspace}"],
])("leaves Ctrl+Z to the browser in a field with %s", async (_, typed) => {
  serveOneAddition();
  await showPage();
  await add("Milk");
  await waitFor(() => expect(rowOf("Milk")?.dataset.taskId).toBe("1"));
  await userEvent.type(addField(), typed);
  const key = { key: "z", code: "KeyZ", ctrlKey: true };
  // True: nothing has taken the key from the browser.
  expect(fireEvent.keyDown(addField(), key)).toBe(true);
  expect(rowOf("Milk")).not.toBeNull();

  await userEvent.click(screen.getByRole("searchbox", { name: "Search tasks" }));
  await userEvent.clear(addField());
  screen.getByRole("searchbox", { name: "Search tasks" }).focus();
  await userEvent.keyboard("{Control>}z{/Control}");
  await waitFor(() => expect(rowOf("Milk")).toBeNull());
});

it("says what the keyboard has undone where the view does not show it", async () => {
  const milk = makeTask({ id: "1", title: "Milk", due_on: "2020-01-01" });
  const tasks = [milk];
  fakeApi(tasks, {
    ...BESIDES,
    "GET tasks": ({ url }) => json(onlyPage(url.includes("due=none") ? [] : tasks)),
    "PATCH tasks/1": () => json({ ...milk, priority: "high", version: 2 }, 200, { "Change-Id": "raised" }),
    "POST changes/raised/undo": () => json({ tasks: [{ ...milk, version: 3 }], change_id: "undone" }),
  });
  await showPage("?task=1");
  await userEvent.click(screen.getByRole("radio", { name: "High" }));
  await userEvent.click(screen.getByRole("button", { name: "Close details" }));
  await userEvent.click(within(screen.getByRole("navigation")).getByRole("button", { name: "No date" }));
  await waitFor(() => expect(rowOf("Milk")).toBeNull());
  await userEvent.keyboard("{Control>}z{/Control}");
  const said = await toast("Undone: Changed “Milk”");
  said.getByRole("button", { name: "Redo" });
});
