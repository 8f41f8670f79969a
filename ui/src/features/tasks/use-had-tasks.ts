/**
 * Whether the account has ever had a task. Fetched only if it has none now.
 */
import { useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";
import { TASKS } from "./queries";

/** Undefined until known. True if the request fails, so that no old account is welcomed. */
export function useHadTasks(): boolean | undefined {
  const { data, error } = useQuery({
    queryKey: [TASKS, "deleted"],
    queryFn: async ({ signal }) => {
      const query = { deleted: true, limit: 1 };
      const { items } = await unwrap(api.GET("/api/v1/tasks", { params: { query }, signal }));
      return items.length > 0;
    },
  });
  return error ? true : data;
}
