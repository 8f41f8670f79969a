/**
 * The conversation on the server: reading it, clearing it, and answering what the assistant asks.
 */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";
import type { ToolEvent } from "@/lib/api/types";

const HISTORY = ["chat", "messages"];
const LIMIT = 50;
/** Milliseconds between polls of an answer that another window is getting. */
const POLL_INTERVAL = 2_000;

/** Asked for while the panel is open. Not kept: it would be older than what the panel has learned since. */
export function useHistory() {
  return useQuery({
    queryKey: HISTORY,
    gcTime: 0,
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET("/api/v1/chat/messages", { params: { query: { limit: LIMIT } }, signal }))).items,
    refetchInterval: ({ state }) => (state.data?.at(-1)?.state === "running" ? POLL_INTERVAL : false),
  });
}

/** Two functions: `hold` cancels a fetch whose answer is already stale, `refresh` fetches again. */
export function useHistoryCache() {
  const client = useQueryClient();
  return {
    hold: () => client.cancelQueries({ queryKey: HISTORY }),
    refresh: () => client.invalidateQueries({ queryKey: HISTORY }),
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
 * A token is good once. If it is refused, it was used or has expired: the history then shows the outcome.
 * `onSettled` runs after either.
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
