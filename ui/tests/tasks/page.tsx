/**
 * The whole page as a signed-in person sees it, on a wide screen.
 */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect } from "vitest";
import { Toaster } from "@/components/toast/toaster";
import { TaskApp } from "@/features/workspace/task-app";
import { startSession } from "@/lib/session";
import { json } from "./fake-api";

export const ABOUT = {
  version: "1",
  pod: "p",
  standins: { database: false, assistant: false },
  assistant: { model: "m", configured: true },
};

/** What the page asks for besides tasks. */
export const BESIDES = {
  "GET about": () => json(ABOUT),
  "GET chat/messages": () => json({ items: [] }),
};

/** Each test file runs in a thread of the same process, and a BroadcastChannel reaches them all: use an id once. */
export function signIn(id: string = crypto.randomUUID()): void {
  const user = { id, email: "a@example.com", name: "", created_at: "2026-11-01T12:00:00Z" };
  startSession({ access_token: "t", token_type: "bearer", expires_in: 3600, user });
}

export async function showPage(search = ""): Promise<{ unmount: () => void }> {
  window.history.replaceState(null, "", `/${search}`);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const view = render(
    <QueryClientProvider client={client}>
      <TaskApp />
      <Toaster />
    </QueryClientProvider>,
  );
  await waitFor(() => expect(screen.queryByRole("status", { name: "Loading tasks" })).toBeNull());
  return view;
}

export const addField = () => screen.getByRole<HTMLInputElement>("textbox", { name: "Add a task" });
export const add = (text: string) => userEvent.type(addField(), `${text}{Enter}`);

export function rowOf(title: string): HTMLElement | null {
  const found = screen.queryByText(title, { selector: "[data-task-title]" });
  return found?.closest<HTMLElement>("[data-task-id]") ?? null;
}

/** The toast with this text. */
export async function toast(text: string | RegExp) {
  const card = (await screen.findByText(text)).closest<HTMLElement>(".shadow-float");
  if (!card) throw new Error(`no toast ${text}`);
  return within(card);
}
