/**
 * The conversation on the server: reading it, clearing it, and answering the assistant's questions.
 */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";
import type { ToolEvent } from "@/lib/api/types";

const HISTORY = ["chat", "messages"];
const LIMIT = 50;
/** Milliseconds between polls for an answer that another window receives. */
const POLL_INTERVAL = 2_000;

const history = queryOptions({
  queryKey: HISTORY,
  gcTime: 0,
  queryFn: async ({ signal }) =>
    (await unwrap(api.GET("/api/v1/chat/messages", { params: { query: { limit: LIMIT } }, signal }))).items,
});

/** Fetched when the panel opens. Not cached, because the panel's own state would be newer. */
export function useHistory() {
  return useQuery({
    ...history,
    refetchInterval: ({ state }) => (state.data?.at(-1)?.state === "running" ? POLL_INTERVAL : false),
  });
}

/** `hold` cancels a fetch whose answer would be stale, `refresh` fetches again, `read` also while nothing shows it. */
export function useHistoryCache() {
  const client = useQueryClient();
  return {
    hold: () => client.cancelQueries({ queryKey: HISTORY }),
    refresh: () => client.invalidateQueries({ queryKey: HISTORY }),
    read: () => client.fetchQuery(history),
  };
}

export function useClearConversation(onCleared: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/chat/messages")),
    onMutate: () => client.cancelQueries({ queryKey: HISTORY }),
    onSuccess: () => {
      client.setQueryData(HISTORY, []);
      onCleared();
    },
  });
}

type Decision = { token: string; approve: boolean };

/**
 * A token is valid once. If it is refused, it was used or has expired, and the history shows the outcome. `onSettled`
 * runs in both cases.
 */
export function useDecide(onDecided: (result: ToolEvent | null) => void, onSettled: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Decision) => unwrap(api.POST("/api/v1/chat/confirm", { body })),
    onSuccess: ({ tool }) => onDecided(tool),
    onSettled: () => {
      onSettled();
      client.invalidateQueries({ queryKey: HISTORY });
    },
  });
}
