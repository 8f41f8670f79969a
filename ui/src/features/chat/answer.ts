/**
 * Gets one message answered, even if pods and connections fail meanwhile. Each attempt repeats the request with the same
 * `client_message_id`, so that the API continues or replays the answer and does nothing twice.
 */
import { api, unwrap } from "@/lib/api/client";
import { ApiError, asApiError, kindOf } from "@/lib/api/errors";
import type { ChatEvents, ChatRequest } from "@/lib/api/types";
import { type ChatEvent, readEvents } from "./events";
import type { Failure } from "./exchange";

/** With the pauses below, enough for a dead pod's lease to expire (6 s) and its successor to start. */
const MAX_ATTEMPTS = 8;
const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 8_000;

/** Problems that are retried automatically. Any other is shown to the user first. */
const PASSING = new Set(["replica-stopping", "answer-running", "assistant-busy"]);
const UNREACHABLE = new Set([0, 502, 504]);

type Listeners = {
  signal: AbortSignal;
  onEvent: (event: ChatEvent) => void;
  /** Called before the request is repeated. */
  onAgain: () => void;
};

/** Why an attempt failed. */
type Setback = { failure: Failure; passing: boolean; pause: number };

/** Returns the reason if there is no answer in the end. @throws the signal's reason if stopped. */
export async function getAnswer(request: ChatRequest, listeners: Listeners): Promise<Failure | null> {
  for (let attempt = 1; ; attempt += 1) {
    const setback = await attemptAnswer(request, listeners);
    listeners.signal.throwIfAborted();
    if (!setback) return null;
    if (!setback.passing || attempt === MAX_ATTEMPTS) return setback.failure;
    const pause = Math.max(setback.pause, SHORTEST_PAUSE * 2 ** (attempt - 1));
    await wait(Math.min(pause, LONGEST_PAUSE), listeners.signal);
    listeners.onAgain();
  }
}

async function attemptAnswer(request: ChatRequest, { signal, onEvent }: Listeners): Promise<Setback | null> {
  let body: ReadableStream<Uint8Array>;
  try {
    const headers = { Accept: "text/event-stream" };
    const call = api.POST("/api/v1/chat", { body: request, headers, parseAs: "stream", signal });
    body = (await unwrap(call)) as unknown as ReadableStream<Uint8Array>;
  } catch (error) {
    return refused(asApiError(error));
  }
  try {
    for await (const event of readEvents(body)) {
      if (event.name === "error") return failed(event.data);
      if (event.name === "retry") return { ...lost(), pause: event.data.after_ms };
      onEvent(event);
      if (event.name === "done") return null;
    }
  } catch {
    // A broken connection is treated like one that ended too early.
  }
  return lost();
}

function refused(error: ApiError): Setback {
  const passing = UNREACHABLE.has(error.status) || PASSING.has(error.kind ?? "");
  // After signing in it can be sent again.
  const retry = error.status === 401 || (error.transient && error.kind !== "assistant-not-configured");
  const pause = (error.retryAfter ?? 0) * 1000;
  return { failure: { error, retry: retry || passing, notBefore: Date.now() + pause }, passing, pause };
}

function failed({ problem, retry, retry_after: after }: ChatEvents["error"]): Setback {
  const { status, detail, request_id: requestId } = problem;
  const pause = (after ?? 0) * 1000;
  const error = new ApiError(status, detail, requestId, {}, after ?? undefined, kindOf(problem));
  return { failure: { error, retry, notBefore: Date.now() + pause }, passing: false, pause };
}

function lost(): Setback {
  const error = new ApiError(0, "The connection to the assistant was lost.");
  return { failure: { error, retry: true, notBefore: 0 }, passing: true, pause: 0 };
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
