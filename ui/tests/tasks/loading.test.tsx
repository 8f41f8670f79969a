// @vitest-environment happy-dom
import { cleanup, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { clearToasts } from "@/components/toast/toast-store";
import type { Task } from "@/lib/api/types";
import { fakeApi, json, problem } from "./fake-api";
import { BESIDES, showPage, signIn } from "./page";
import { makeTask, onlyPage } from "./task";

vi.mock("next/navigation", () => import("./navigation"));

const FAILED = "Your tasks could not be loaded";
let milk: Task;
let working: boolean;

beforeEach(() => {
  signIn();
  milk = makeTask({ title: "Milk" });
  working = false;
  const failure = () => problem(503, "The database is down.", "req-9");
  fakeApi([], { ...BESIDES, "GET tasks": () => (working ? json(onlyPage([milk])) : failure()) });
});

afterEach(() => {
  cleanup();
  clearToasts();
});

it("says what went wrong, and tries again", async () => {
  await showPage();
  const alert = (await screen.findByRole("heading", { name: FAILED })).parentElement;
  expect(alert?.textContent).toContain("The database is down.");
  expect(screen.getByText("req-9").closest("details")?.open).toBe(false);
  working = true;
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  await screen.findByRole("checkbox", { name: "Complete Milk" });
});

it("goes on by itself once the API is back", async () => {
  await showPage();
  await screen.findByRole("heading", { name: FAILED });
  // The page fetches again as soon as its outbox turns out to be empty. This is about what comes after.
  await new Promise((done) => setTimeout(done, 1_000));
  working = true;
  await screen.findByRole("checkbox", { name: "Complete Milk" });
  expect(screen.queryByRole("heading", { name: FAILED })).toBeNull();
});

it("invites to add a task when there are none", async () => {
  fakeApi([], BESIDES);
  await showPage();
  // First the page asks whether the account has deleted some.
  await screen.findByRole("heading", { name: "Nothing to do yet" });
  screen.getByRole("button", { name: "Add your first task" });
});
