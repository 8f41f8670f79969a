import type { ChatEvent } from "@/features/chat/events";
import type { ChatEvents, ToolEvent } from "@/lib/api/types";
import { makeTask } from "../tasks/task";

const encoder = new TextEncoder();

/** An event as it stands on the wire. */
export function wire<Name extends keyof ChatEvents>(name: Name, data: ChatEvents[Name]): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A body that is sent in the given pieces and then ends, or breaks. */
export function bodyOf(
  pieces: (string | Uint8Array)[],
  end: "ends" | "breaks" = "ends",
): ReadableStream<Uint8Array> {
  const left = [...pieces];
  return new ReadableStream({
    pull(controller) {
      const piece = left.shift();
      if (piece !== undefined) {
        controller.enqueue(typeof piece === "string" ? encoder.encode(piece) : piece);
      } else if (end === "ends") controller.close();
      else controller.error(new TypeError("network error"));
    },
  });
}

export function streamed(pieces: string[], end: "ends" | "breaks" = "ends"): Response {
  return new Response(bodyOf(pieces, end), { headers: { "content-type": "text/event-stream" } });
}

/** A stream that the test feeds, and that notices when its reader has gone. */
export function live() {
  let feed: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      feed = controller;
    },
  });
  const response = (request: Request) => {
    request.signal.addEventListener("abort", () => feed.error(request.signal.reason));
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
  return { response, send: (piece: string) => feed.enqueue(encoder.encode(piece)), end: () => feed.close() };
}

export function toolEvent(fields: Partial<ToolEvent> = {}): ToolEvent {
  return {
    call_id: "call-1",
    tool: "create_tasks",
    state: "done",
    ok: true,
    summary: "Added 1 task",
    tasks: [makeTask({ title: "Milk" })],
    count: 1,
    error: null,
    confirmation: null,
    ...fields,
  };
}

export const CONFIRMATION: ChatEvents["needs_confirmation"] = {
  token: "token-1",
  action: "delete",
  count: 2,
  task_titles: ["Milk", "Bread"],
  changes: [],
  expires_at: "2026-11-23T12:05:00Z",
  call_id: "call-1",
};

export const DONE: ChatEvents["done"] = {
  message_id: "00000000-0000-4000-8000-000000000001",
  usage: { prompt_tokens: 1, completion_tokens: 1, model_calls: 1 },
};

export async function collect(events: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const all: ChatEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}
