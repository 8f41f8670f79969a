// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { clearToasts } from "@/components/toast/toast-store";
import type { Task } from "@/lib/api/types";
import { fakeApi, json, problem } from "./fake-api";
import { add, BESIDES, rowOf, showPage, signIn } from "./page";
import { makeTask } from "./task";

vi.mock("next/navigation", () => import("./navigation"));

let tasks: Task[];
let milk: Task;
let online: boolean;
let counted: { name: string; count: number }[];

function counts(): string {
  const section = screen.queryByRole("region", { name: "Tags" });
  const buttons = section ? within(section).getAllByRole("button") : [];
  return buttons.map(({ textContent }) => textContent?.replace(/^(.*?)(\d+), .*$/, "$1 $2")).join(", ");
}

beforeEach(async () => {
  signIn();
  online = true;
  milk = makeTask({ title: "Milk", tags: ["home", "shop"] });
  tasks = [milk, makeTask({ title: "Rent", tags: ["home"] })];
  counted = [
    { name: "home", count: 2 },
    { name: "shop", count: 1 },
  ];
  const whenOnline = (answer: () => Response) => (online ? answer() : problem(503, "Offline."));
  fakeApi(tasks, {
    ...BESIDES,
    "GET tags": () => json({ items: counted }),
    "POST tasks": async (request) => {
      const task = makeTask(await request.json());
      return whenOnline(() => {
        tasks.push(task);
        counted = [
          { name: "home", count: 2 },
          { name: "shop", count: 2 },
        ];
        return json(task, 201);
      });
    },
    [`DELETE tasks/${milk.id}`]: () => whenOnline(() => new Response(null, { status: 204 })),
  });
  await showPage();
  await waitFor(() => expect(counts()).toBe("home 2, shop 1"));
});

afterEach(() => {
  cleanup();
  clearToasts();
  window.sessionStorage.clear();
});

it("follow a change that has not reached the server, and its end", async () => {
  online = false;
  await add("buy bread #shop #today");
  expect(counts()).toBe("home 2, shop 2, today 1");
  await userEvent.click(screen.getByRole("button", { name: "Delete Milk" }));
  expect(counts()).toBe("home 1, shop 1, today 1");
  await userEvent.keyboard("{Control>}z{/Control}");
  await waitFor(() => expect(counts()).toBe("home 2, shop 2, today 1"));
  expect(rowOf("Milk")).not.toBeNull();
});

it("stay as they are between a confirmation and the server's next count", async () => {
  const seen = new Set<string>();
  const observer = new MutationObserver(() => seen.add(counts()));
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  await add("buy bread #shop");
  await waitFor(() => expect(rowOf("buy bread")?.dataset.taskId).toBe(tasks.at(-1)?.id));
  expect(counts()).toBe("home 2, shop 2");
  expect([...seen].filter((shown) => shown !== "home 2, shop 1" && shown !== "home 2, shop 2")).toEqual([]);
  observer.disconnect();
});
