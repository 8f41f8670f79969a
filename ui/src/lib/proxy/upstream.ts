/**
 * The HTTP client for the API: where it is, how many connections it may take, and when a failed call
 * may be repeated.
 */
import { setTimeout as delay } from "node:timers/promises";
import { Agent, fetch, type RequestInit, type Response } from "undici";
import { rememberingLookup } from "./lookup";

/** Milliseconds before the single retry: long enough for a replaced pod to leave the Service. */
const RETRY_PAUSE = 50;

/** Nothing reached the API. */
const NOT_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
/** The connection broke before the first byte of an answer. */
const CUT_OFF = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);
const TIMED_OUT = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/**
 * kube-proxy balances connections, not requests. A connection is therefore given up after a few requests,
 * which spreads the load over the replicas and lets no connection outlive its pod. (undici's `clientTtl` would
 * do the same by time, but in 7.x it can hang a pool that has a connection limit: nodejs/undici#5144.)
 * `keepAliveTimeout` is far below uvicorn's 75 s, so that it is always this side that closes an idle connection: one
 * that the server closes could be reused at that very moment.
 */
const agent = new Agent({
  connections: 512, // streams and logins that wait their turn hold one each; nobody else may have to wait for them
  maxRequestsPerClient: 10,
  pipelining: 1,
  keepAliveTimeout: 4_000,
  keepAliveMaxTimeout: 4_000,
  connect: { timeout: 2_000, lookup: rememberingLookup() },
  headersTimeout: 60_000,
  bodyTimeout: 60_000,
});

/**
 * Looked up by a computed name, because a literal `process.env.NEXT_PUBLIC_…` would be replaced at build time
 * and one image could then serve one cluster only.
 */
export function apiAddress(): string | undefined {
  const name = ["NEXT_PUBLIC", "API_URL"].join("_");
  return process.env[name]?.replace(/\/+$/, "");
}

type Call = Omit<RequestInit, "method" | "headers"> & { method: string; headers: Record<string, string> };

/** @throws the client's error when the API can't be reached, or the caller's abort reason. */
export async function callApi(url: string, call: Call): Promise<Response> {
  const init: RequestInit = { ...call, dispatcher: agent, redirect: "manual" };
  try {
    return await fetch(url, init);
  } catch (error) {
    if (!mayRepeat(call, error)) throw error;
    await delay(RETRY_PAUSE, undefined, { signal: call.signal ?? undefined });
    return fetch(url, init);
  }
}

function mayRepeat({ method, headers, signal }: Call, error: unknown): boolean {
  // The rollout tests switch retries off: a repeat would hide a request that a rolling restart lost.
  if (signal?.aborted || process.env.PROXY_RETRY === "off") return false;
  const code = errorCode(error);
  const repeatable = IDEMPOTENT.has(method) || "idempotency-key" in headers;
  return NOT_SENT.has(code) || (repeatable && CUT_OFF.has(code));
}

export function timedOut(error: unknown): boolean {
  return TIMED_OUT.has(errorCode(error));
}

/** The system's or undici's error code, for decisions and for the log. */
export function errorCode(error: unknown): string {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "UNKNOWN";
}
