// @vitest-environment happy-dom
import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { clearToasts } from "@/components/toast/toast-store";
import { fakeApi, json } from "./fake-api";
import { BESIDES, rowOf, showPage, signIn, toast } from "./page";
import { makeTask } from "./task";

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
