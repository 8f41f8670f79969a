"use client";

/**
 * Holds the conversation above the panel, so that closing the panel does not end an answer. Only subscribers render
 * again: the list of tasks does not render with each word.
 */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useReducer, useRef } from "react";
import type { ChatMessage, ToolEvent } from "@/lib/api/types";
import { localTimeZone } from "@/lib/dates";
import { getAnswer } from "./answer";
import { type Conversation, converse, EMPTY, type Phase, phaseOf } from "./conversation";
import type { ChatEvent } from "./events";
import type { Exchange } from "./exchange";
import { messageId } from "./message-id";
import { useHistoryCache } from "./queries";

type Chat = Conversation & {
  phase: Phase;
  /** Call it with the server's view of the conversation. */
  loaded: (messages: readonly ChatMessage[]) => void;
  send: (message: string) => void;
  /** Sends the same message under the same id. */
  retry: (exchange: Exchange) => void;
  stop: () => void;
  decided: (callId: string, result: ToolEvent | null) => void;
  cleared: () => void;
  /** The assistant has changed tasks, or may have. `event` has the id of the change set. */
  onTasksChanged: (event?: ToolEvent) => void;
};

const ChatContext = createContext<Chat | null>(null);

export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (!chat) throw new Error("useChat needs a ChatProvider above it");
  return chat;
}

type ChatProviderProps = Pick<Chat, "onTasksChanged"> & { children: ReactNode };

export function ChatProvider({ onTasksChanged, children }: ChatProviderProps) {
  const historyCache = useHistoryCache();
  const [conversation, dispatch] = useReducer(converse, EMPTY);
  const underWay = useRef<AbortController | null>(null);

  const loaded = useCallback(
    (messages: readonly ChatMessage[]) => dispatch({ type: "history", messages }),
    [],
  );
  useEffect(() => () => underWay.current?.abort(), []);

  const onEvent = (id: string, event: ChatEvent) => {
    dispatch({ type: "event", id, event });
    if (event.name === "tool_finished" && event.data.tool !== "list_tasks") onTasksChanged(event.data);
  };
  const run = async (id: string, message: string) => {
    const controller = new AbortController();
    underWay.current = controller;
    await historyCache.hold();
    const request = { message, client_message_id: id, time_zone: localTimeZone() };
    try {
      const failure = await getAnswer(request, {
        signal: controller.signal,
        onEvent: (event) => onEvent(id, event),
        onAgain: () => dispatch({ type: "sent-again", id }),
      });
      if (failure) dispatch({ type: "failed", id, failure });
    } catch (error) {
      if (!controller.signal.aborted) throw error;
      dispatch({ type: "stopped", id });
    }
    if (underWay.current === controller) underWay.current = null;
    // After a failure too, because the assistant may have changed tasks before it.
    onTasksChanged();
    historyCache.refresh();
  };

  const start = (change: "sent" | "sent-again", id: string, message: string) => {
    if (underWay.current) return;
    dispatch({ type: change, id, message });
    void run(id, message);
  };
  const chat: Chat = {
    ...conversation,
    phase: phaseOf(conversation),
    loaded,
    onTasksChanged,
    send: (message) => start("sent", messageId(), message),
    retry: ({ id, message }) => start("sent-again", id, message),
    stop: () => underWay.current?.abort(),
    decided: (callId, result) => {
      dispatch({ type: "decided", callId, result });
      if (result) onTasksChanged(result);
    },
    cleared: () => {
      underWay.current?.abort();
      dispatch({ type: "cleared" });
    },
  };
  return <ChatContext value={chat}>{children}</ChatContext>;
}
