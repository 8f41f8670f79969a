/**
 * Whether the account has ever had a task: asked only when it has none now.
 */
import { useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";
import { TASKS } from "./queries";

/** Undefined until it is known. If it can't be found out, true: no wrong welcome. */
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
