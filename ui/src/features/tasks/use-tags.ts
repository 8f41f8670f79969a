/**
 * The tags of all tasks, with how many tasks carry each. The counts follow a change at once, also an offline one.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useEntries } from "@/features/outbox/current";
import { unlisted, withEntries } from "@/features/outbox/overlay";
import { api, unwrap } from "@/lib/api/client";
import { listedTasks } from "./cache";
import { TAGS } from "./queries";
import { type TagCount, tagsAfter } from "./tag-counts";

export function useTags() {
  const client = useQueryClient();
  const entries = useEntries();
  const select = useCallback(
    (counted: TagCount[]) => {
      if (!entries.length) return counted;
      const before = listedTasks(
        client,
        entries.flatMap(({ ids }) => ids),
      );
      const known = new Set(before.map(({ id }) => id));
      const added = new Map(unlisted(entries).map((task) => [task.id, task]));
      const after = [...before, ...[...added.values()].filter(({ id }) => !known.has(id))];
      return tagsAfter(counted, before, withEntries(after, entries));
    },
    [client, entries],
  );
  return useQuery({
    queryKey: [TAGS],
    queryFn: async ({ signal }) => (await unwrap(api.GET("/api/v1/tags", { signal }))).items,
    select,
  });
}
