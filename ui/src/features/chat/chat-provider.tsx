"use client";

/**
 * Holds the conversation above the panel, so that closing the panel does not end an answer. Only subscribers render
 * again: the list of tasks does not render with each word.
 */
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useReducer,
  useRef,
  useState,
} from "react";
import type { ChatMessage, ToolEvent } from "@/lib/api/types";
import { localTimeZone } from "@/lib/dates";
import { readSession } from "@/lib/session";
import { getAnswer } from "./answer";
import { type Conversation, converse, type Phase, phaseOf, withUnsent } from "./conversation";
import type { ChatEvent } from "./events";
import type { Exchange } from "./exchange";
import { messageId } from "./message-id";
import { useHistoryCache } from "./queries";
import { forgetUnsent, keepUnsent, readUnsent } from "./unsent";

type Chat = Conversation & {
  phase: Phase;
  /** Call it with the server's view of the conversation. */
  loaded: (messages: readonly ChatMessage[]) => void;
  /** Whether it was taken: not while another one is being answered. */
  send: (message: string) => boolean;
  /** Sends the same message under the same id. */
  retry: (exchange: Exchange) => void;
  /** Gives up a message that the server does not have. */
  discard: (exchange: Exchange) => void;
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
  const [owner] = useState(() => readSession()?.user.id ?? "");
  const [conversation, dispatch] = useReducer(converse, owner, (id) => withUnsent(readUnsent(id)));
  const underWay = useRef<AbortController | null>(null);

  const loaded = useCallback(
    (messages: readonly ChatMessage[]) => {
      for (const { client_message_id: id } of messages) forgetUnsent(owner, id);
      dispatch({ type: "history", messages });
    },
    [owner],
  );
  // The server may have got what an earlier page could not see arrive.
  const check = useRef(() => historyCache.read().then(loaded));
  useEffect(() => {
    if (readUnsent(owner).length) check.current().catch(() => undefined);
  }, [owner]);
  useEffect(() => () => underWay.current?.abort(), []);

  const onEvent = (id: string, event: ChatEvent) => {
    forgetUnsent(owner, id);
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
    if (underWay.current) return false;
    if (change === "sent") keepUnsent(owner, { id, message, at: new Date().toISOString() });
    dispatch({ type: change, id, message });
    void run(id, message);
    return true;
  };
  const chat: Chat = {
    ...conversation,
    phase: phaseOf(conversation),
    loaded,
    onTasksChanged,
    send: (message) => start("sent", messageId(), message),
    retry: ({ id, message }) => void start("sent-again", id, message),
    discard: ({ id }) => {
      forgetUnsent(owner, id);
      dispatch({ type: "discarded", id });
    },
    stop: () => underWay.current?.abort(),
    decided: (callId, result) => {
      dispatch({ type: "decided", callId, result });
      if (result) onTasksChanged(result);
    },
    cleared: () => {
      underWay.current?.abort();
      for (const { id } of readUnsent(owner)) forgetUnsent(owner, id);
      dispatch({ type: "cleared" });
    },
  };
  return <ChatContext value={chat}>{children}</ChatContext>;
}
