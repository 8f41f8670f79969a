// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { clearToasts } from "@/components/toast/toast-store";
import type { Task } from "@/lib/api/types";
import { fakeApi, json, problem } from "../tasks/fake-api";
import { add, BESIDES, rowOf, showPage, signIn } from "../tasks/page";
import { makeTask } from "../tasks/task";

vi.mock("next/navigation", () => import("../tasks/navigation"));

const changed = () => screen.findByRole("region", { name: "Unsaved changes" });
const noLine = () => expect(screen.queryByRole("region", { name: "Unsaved changes" })).toBeNull();
let tasks: Task[];
let working: boolean;

function serve(status: number, milk?: Task) {
  working = false;
  tasks = milk ? [milk] : [];
  const refused = () => problem(status, "Not now.", "req-77");
  const removed = () => {
    tasks.length = 0;
    return new Response(null, { status: 204 });
  };
  return fakeApi(tasks, {
    ...BESIDES,
    "POST tasks": async (request) => {
      if (!working) return refused();
      tasks.push(makeTask(await request.json()));
      return json(tasks.at(-1), 201);
    },
    [`DELETE tasks/${milk?.id}`]: () => (working ? removed() : refused()),
    [`PATCH tasks/${milk?.id}`]: () => refused(),
  });
}

beforeEach(() => signIn());

afterEach(() => {
  cleanup();
  clearToasts();
  window.sessionStorage.clear();
});

it("are listed above a view that does not show their rows, with Retry", async () => {
  serve(422);
  await showPage("?due=upcoming");
  await add("call mum");
  await add("feed the cat");
  const line = within(await changed());
  await line.findByText("2 changes not saved");
  await userEvent.click(line.getByRole("button", { name: "Show" }));
  line.getByText("Add “call mum”");
  line.getByText("Add “feed the cat”");

  working = true;
  const [retry] = line.getAllByRole("button", { name: "Retry" });
  if (retry) await userEvent.click(retry);
  await line.findByText("1 change not saved");
  await userEvent.click(line.getByRole("button", { name: "Discard" }));
  await waitFor(noLine);
  expect(tasks.map(({ title }) => title)).toEqual(["call mum"]);
});

it("are marked at their rows where the view shows them, each one that waits", async () => {
  serve(503);
  await showPage();
  await add("call mum");
  await add("feed the cat");
  for (const title of ["call mum", "feed the cat"]) {
    await waitFor(() => within(rowOf(title) ?? document.body).getByText(/^Not saved yet/));
  }
  noLine();
});

it("show a deletion that has not reached the server, and take it back", async () => {
  serve(503, makeTask({ title: "Milk" }));
  await showPage();
  await userEvent.click(screen.getByRole("button", { name: "Delete Milk" }));
  const line = within(await changed());
  expect(rowOf("Milk")).toBeNull();
  await userEvent.click(line.getByRole("button", { name: "Show" }));
  line.getByText("Delete “Milk”");
  await userEvent.click(line.getByRole("button", { name: "Discard" }));
  await waitFor(() => expect(rowOf("Milk")).not.toBeNull());
  noLine();
});

it("show the text that was typed for a task that no longer exists", async () => {
  const milk = makeTask({ title: "Milk" });
  serve(404, milk);
  await showPage(`?task=${milk.id}`);
  await userEvent.type(screen.getByRole("textbox", { name: "Notes" }), "two litres");
  await userEvent.tab();
  tasks.length = 0;
  await waitFor(() => expect(rowOf("Milk")).toBeNull(), { timeout: 15_000 });
  const line = within(await changed());
  await userEvent.click(line.getByRole("button", { name: "Show" }));
  line.getByText("Change the notes of a task");
  line.getByText("two litres");
});

it("keep the request's id behind an (i)", async () => {
  serve(422);
  await showPage();
  await add("call mum");
  const id = await screen.findByText("req-77");
  expect(id.closest("details")?.open).toBe(false);
  expect(rowOf("call mum")?.querySelector("[title*='req-77']")).toBeNull();
});
