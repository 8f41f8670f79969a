// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { getAnswer } from "@/features/chat/answer";
import type { ChatEvent } from "@/features/chat/events";
import type { ChatRequest } from "@/lib/api/types";
import { startSession } from "@/lib/session";
import { DONE, live, streamed, wire } from "./stream";

const request = { message: "Add milk", client_message_id: "id-1", time_zone: "UTC" };
const answered = () => streamed([wire("text", { delta: "Added." }), wire("done", DONE)]);

let controller: AbortController;
let events: ChatEvent[];
let bodies: ChatRequest[];
let times: number[];
const onAgain = vi.fn();

/** Answers the attempts one after the other; the last answer is repeated indefinitely. */
function server(...answers: ((request: Request) => Response)[]): void {
  vi.stubGlobal("fetch", async (input: Request) => {
    bodies.push(await input.clone().json());
    times.push(Date.now());
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (!answer) throw new Error("the server has no answer");
    return answer(input);
  });
}

function refusal(status: number, kind: string, after?: number) {
  return () =>
    new Response(
      JSON.stringify({ type: `urn:todo:problem:${kind}`, status, detail: kind, request_id: "r-1" }),
      {
        status,
        headers: {
          "content-type": "application/problem+json",
          ...(after !== undefined && { "retry-after": String(after) }),
        },
      },
    );
}

const offline = () => {
  throw new TypeError("fetch failed");
};

async function get() {
  const listeners = { signal: controller.signal, onEvent: (event: ChatEvent) => events.push(event), onAgain };
  const outcome = getAnswer(request, listeners).catch((error: unknown) => ({ thrown: error }));
  await vi.runAllTimersAsync();
  return outcome;
}

beforeEach(() => {
  const user = { id: "u1", email: "a@example.com", name: "", created_at: "2026-11-23T00:00:00Z" };
  startSession({ access_token: "t", token_type: "bearer", expires_in: 1e6, user });
  vi.useFakeTimers();
  controller = new AbortController();
  events = [];
  bodies = [];
  times = [];
  onAgain.mockClear();
});
afterEach(() => vi.useRealTimers());

describe("an answer that is interrupted", () => {
  it.each<[string, () => Response]>([
    [
      "by a pod that stops",
      () => streamed([wire("text", { delta: "Ad" }), wire("retry", { after_ms: 500 })]),
    ],
    ["by a broken connection", () => streamed([wire("text", { delta: "Ad" })], "breaks")],
    ["by an end that comes too early", () => streamed([wire("text", { delta: "Ad" })])],
    ["before it began", offline],
    ["by the proxy, which finds no pod", refusal(502, "bad-gateway")],
    ["by a pod that still holds it", refusal(409, "answer-running", 1)],
  ])("%s is asked for again under the same id", async (_how, interruption) => {
    server(interruption, answered);
    expect(await get()).toBeNull();
    expect(bodies).toEqual([request, request]);
    expect(onAgain).toHaveBeenCalledOnce();
    expect(events.at(-1)).toEqual({ name: "done", data: DONE });
  });

  it("is given time as the server asked for it", async () => {
    server(refusal(409, "answer-running", 7), answered);
    await get();
    expect(Number(times[1]) - Number(times[0])).toBe(7000);
  });

  it("is given up after some attempts, which outlast a dead pod's hold on it", async () => {
    server(() => streamed([], "breaks"));
    expect(await get()).toMatchObject({ retry: true, error: { status: 0 } });
    expect(bodies.length).toBe(8);
    expect(Number(times.at(-1)) - Number(times[0])).toBeGreaterThan(6000);
  });
});

describe("an answer that is refused", () => {
  it.each<[number, string, boolean]>([
    [503, "assistant-not-configured", false],
    [503, "assistant-unavailable", true],
    [429, "assistant-rate-limited", true],
    [422, "invalid", false],
  ])("with %i %s is not asked for again by itself", async (status, kind, retry) => {
    server(refusal(status, kind, retry ? 7 : undefined));
    const failure = await get();
    expect(failure).toMatchObject({ retry, error: { status, kind, requestId: "r-1" } });
    expect(failure).toHaveProperty("notBefore", expect.any(Number));
    expect(bodies.length).toBe(1);
  });

  it("in mid-stream tells why, and when to try again", async () => {
    const problem = {
      type: "urn:todo:problem:assistant-unavailable",
      title: "Service Unavailable",
      status: 503,
      detail: "The assistant does not answer at the moment.",
      instance: "/api/v1/chat",
      request_id: "r-2",
    };
    server(() =>
      streamed([wire("text", { delta: "Ad" }), wire("error", { problem, retry: true, retry_after: 5 })]),
    );
    expect(await get()).toMatchObject({
      retry: true,
      error: { kind: "assistant-unavailable", requestId: "r-2", retryAfter: 5 },
    });
    expect(bodies.length).toBe(1);
  });
});

describe("stopping", () => {
  it("ends the request in mid-stream, and nothing is asked for again", async () => {
    const stream = live();
    server(stream.response);
    const listeners = {
      signal: controller.signal,
      onEvent: (event: ChatEvent) => events.push(event),
      onAgain,
    };
    const outcome = getAnswer(request, listeners);
    stream.send(wire("text", { delta: "Ad" }));
    await vi.waitFor(() => expect(events).toHaveLength(1));
    controller.abort();
    await expect(outcome).rejects.toThrow(/abort/i);
    expect(bodies.length).toBe(1);
  });

  it("ends the pause before another attempt as well", async () => {
    server(refusal(409, "answer-running", 7));
    const outcome = getAnswer(request, { signal: controller.signal, onEvent: () => undefined, onAgain });
    const rejected = expect(outcome).rejects.toThrow(/abort/i);
    await vi.advanceTimersByTimeAsync(1000);
    controller.abort();
    await rejected;
    expect(bodies.length).toBe(1);
  });
});
