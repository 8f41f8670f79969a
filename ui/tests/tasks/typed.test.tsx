// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { clearToasts } from "@/components/toast/toast-store";
import { LIMITS } from "@/lib/api/limits";
import { fakeApi, json } from "./fake-api";
import { BESIDES, rowOf, showPage, signIn } from "./page";
import { makeTask } from "./task";

vi.mock("next/navigation", () => import("./navigation"));

const bread = makeTask({ id: "2", title: "Bread" });
let milk: ReturnType<typeof makeTask>;
let sent: Record<string, unknown>[];

/** What the browser does without a blur event. */
const LEAVING: [string, (page: { unmount: () => void }) => void][] = [
  ["the page is replaced (Back, the session's end)", (page) => page.unmount()],
  ["the tab is closed", () => window.dispatchEvent(new Event("pagehide"))],
];

beforeEach(() => {
  signIn();
  milk = makeTask({ id: "1", title: "Milk" });
  sent = [];
  fakeApi([milk, bread], {
    ...BESIDES,
    "PATCH tasks/1": async (request) => {
      sent.push(await request.json());
      milk = { ...milk, version: milk.version + 1 };
      return json(milk);
    },
  });
});

afterEach(() => {
  cleanup();
  clearToasts();
  window.sessionStorage.clear();
});

const rename = async (title: string) => {
  await userEvent.click(screen.getByRole("button", { name: "Rename Milk" }));
  const field = screen.getByRole<HTMLInputElement>("textbox", { name: "New title for Milk" });
  await userEvent.clear(field);
  await userEvent.click(field);
  await userEvent.paste(title);
  return field;
};
const details = () => within(screen.getByRole("complementary", { name: "Task details" }));

/** Opens the page again, which sends what is still unsent. */
async function reopen() {
  cleanup();
  await showPage();
}

it.each(LEAVING)("saves a new title in the row when %s", async (_, leave) => {
  const page = await showPage();
  await rename("Oat milk");
  leave(page);
  await reopen();
  await waitFor(() => expect(sent.map(({ title }) => title)).toEqual(["Oat milk"]));
});

it.each(LEAVING)("saves a tag that is still being typed when %s", async (_, leave) => {
  const page = await showPage("?task=1");
  await userEvent.type(details().getByLabelText("Tags"), "home");
  leave(page);
  await reopen();
  await waitFor(() => expect(sent.map(({ add_tags }) => add_tags)).toEqual([["home"]]));
});

it.each(LEAVING)("saves a due date that is whole when %s", async (_, leave) => {
  const page = await showPage("?task=1");
  const date = details().getByLabelText<HTMLInputElement>("Due date");
  fireEvent.keyDown(date, { key: "7" });
  fireEvent.change(date, { target: { value: "2027-05-12" } });
  expect(sent).toEqual([]);
  leave(page);
  await reopen();
  await waitFor(() => expect(sent.map(({ due_on }) => due_on)).toEqual(["2027-05-12"]));
});

it("takes pasted tags apart", async () => {
  await showPage("?task=1");
  await userEvent.click(details().getByLabelText("Tags"));
  await userEvent.paste("home, #Work,home");
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(sent.map(({ add_tags }) => add_tags)).toEqual([["home"], ["work"]]));
});

it("keeps the whole of a text that is too long, and saves it when it has been shortened", async () => {
  await showPage("?task=1");
  const notes = details().getByLabelText<HTMLTextAreaElement>("Notes");
  const long = `${"x".repeat(LIMITS.notes)}END`;
  await userEvent.click(notes);
  await userEvent.paste(long);
  expect(notes.value).toBe(long);
  details().getByText(/^Too long to save.*remove 3\.$/);
  await userEvent.click(details().getByLabelText("Tags"));
  expect(notes.value).toBe(long);
  expect(sent).toEqual([]);
  await userEvent.type(notes, "{Backspace}{Backspace}{Backspace}");
  await userEvent.tab();
  await waitFor(() => expect(sent.map(({ notes: text }) => text)).toEqual([long.slice(0, -3)]));
});

it("keeps the whole of a title that is too long in its row", async () => {
  await showPage();
  const long = `${"x".repeat(LIMITS.title)}END`;
  const field = await rename(long);
  await userEvent.keyboard("{Enter}");
  await userEvent.click(document.body);
  expect(field.isConnected && field.value).toBe(long);
  screen.getByText(/^Too long to save.*remove 3\.$/);
});

it("deletes one task by a double click, and completes one", async () => {
  await showPage();
  await userEvent.dblClick(screen.getByRole("checkbox", { name: "Complete Milk" }));
  await waitFor(() => expect(sent.map(({ completed }) => completed)).toEqual([true]));
  // The second click hits what has moved under the pointer.
  const remove = screen.getByRole("button", { name: "Delete Bread" });
  fireEvent.click(remove, { detail: 2 });
  expect(rowOf("Bread")).not.toBeNull();
});

it("reads a right-to-left text from the right", async () => {
  await showPage("?task=1");
  const fields = [...details().getAllByRole("textbox"), screen.getByRole("textbox", { name: "Add a task" })];
  const texts = [rowOf("Milk")?.querySelector("[data-task-title]"), ...fields];
  expect(texts.map((element) => element?.getAttribute("dir"))).toEqual(texts.map(() => "auto"));
});

it("marks a task whose save is slow, until it is saved", async () => {
  let answer = () => {};
  fakeApi([milk, bread], {
    ...BESIDES,
    "PATCH tasks/1": () =>
      new Promise((resolve) => {
        answer = () => resolve(json({ ...milk, title: "Oat milk", version: milk.version + 1 }));
      }),
  });
  await showPage();
  await rename("Oat milk");
  await userEvent.keyboard("{Enter}");
  expect(screen.queryByText("Saving…")).toBeNull();
  const mark = await screen.findByText("Saving…", {}, { timeout: 5_000 });
  expect(rowOf("Oat milk")?.contains(mark)).toBe(true);
  answer();
  await waitFor(() => expect(screen.queryByText("Saving…")).toBeNull());
});
