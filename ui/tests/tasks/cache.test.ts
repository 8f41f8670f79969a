import { type InfiniteData, QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { findTask, patchTask, revertTask } from "@/features/tasks/cache";
import type { Task, TaskPage } from "@/lib/api/types";
import { makeTask, onlyPage } from "./task";

function withLists(...lists: Task[][]): QueryClient {
  const client = new QueryClient();
  lists.forEach((items, index) => {
    const data: InfiniteData<TaskPage> = { pages: [onlyPage(items)], pageParams: [1] };
    client.setQueryData(["tasks", "list", "open", { view: index }], data);
  });
  return client;
}

it("finds the newest copy, for a list that isn't on screen may hold an old one", () => {
  const old = makeTask();
  const fresh = { ...old, version: 2 };
  expect(findTask(withLists([old], [fresh]), old.id)).toEqual(fresh);
  expect(findTask(withLists([fresh], [old]), old.id)).toEqual(fresh);
  expect(findTask(withLists([old]), "unknown")).toBeUndefined();
});

it("takes a change back in every list, but not what was changed after it", () => {
  const before = makeTask({ title: "Before", priority: "low" });
  const client = withLists([before], [before]);
  const attempted = { title: "Attempted", priority: "high" } as const;
  patchTask(client, before.id, attempted);
  patchTask(client, before.id, { title: "Later" });
  revertTask(client, before.id, attempted, before);
  for (const [, data] of client.getQueriesData<InfiniteData<TaskPage>>({ queryKey: ["tasks", "list"] })) {
    expect(data?.pages[0]?.items[0]).toMatchObject({ title: "Later", priority: "low" });
  }
});
