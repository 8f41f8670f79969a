/**
 * The assistant's answer as it arrives: server-sent events, read from a POST's body (EventSource can only GET).
 */
import { createParser } from "eventsource-parser";
import type { ChatEvents } from "@/lib/api/types";

type Name = keyof ChatEvents;
export type ChatEvent = { [N in Name]: { name: N; data: ChatEvents[N] } }[Name];

/** Spelled out, so that the compiler reports a new event of the API. */
const NAMES: Record<Name, true> = {
  text: true,
  tool_started: true,
  tool_finished: true,
  needs_confirmation: true,
  done: true,
  error: true,
  retry: true,
};

/** Skips unknown events, which are for newer pages than this one. @throws the error that breaks the connection. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ChatEvent, void> {
  const arrived: ChatEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event && event in NAMES) arrived.push({ name: event, data: JSON.parse(data) } as ChatEvent);
    },
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* arrived.splice(0);
    }
  } finally {
    // A failure does no harm. This only ends a stream that the reader left early.
    reader.cancel().catch(() => undefined);
  }
}
