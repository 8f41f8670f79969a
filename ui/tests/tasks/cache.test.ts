import { type InfiniteData, QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { fetchedTask, replaceTask } from "@/features/tasks/cache";
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
  expect(fetchedTask(withLists([old], [fresh]), old.id)).toEqual(fresh);
  expect(fetchedTask(withLists([fresh], [old]), old.id)).toEqual(fresh);
  expect(fetchedTask(withLists([old]), "unknown")).toBeUndefined();
});

it("takes an answer over in every list, but not one that is older than what is there", () => {
  const task = makeTask({ version: 2 });
  const client = withLists([task], [{ ...task, version: 4 }]);
  replaceTask(client, { ...task, title: "Changed", version: 3 });
  const titles = client
    .getQueriesData<InfiniteData<TaskPage>>({ queryKey: ["tasks", "list"] })
    .map(([, data]) => data?.pages[0]?.items[0]?.title);
  expect(titles).toEqual(["Changed", task.title]);
});
