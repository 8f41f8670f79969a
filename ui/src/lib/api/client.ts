/**
 * The typed client for /api/v1 on this page's own origin. Adds the session to each request and tells
 * the session when the API no longer accepts it.
 */
import createClient, { type Middleware } from "openapi-fetch";
import { endSession, readSession } from "@/lib/session";
import { noteAnswer } from "./answered-by";
import { ApiError, asApiError, errorFromProblem } from "./errors";
import type { paths } from "./schema";

const attachSession: Middleware = {
  onRequest({ request }) {
    const session = readSession();
    if (session) request.headers.set("Authorization", `Bearer ${session.token}`);
  },
  onResponse({ request, response }) {
    noteAnswer(response.headers);
    // A 401 to the login form means a wrong password, not a lost session.
    if (response.status === 401 && request.headers.has("Authorization")) endSession("expired");
  },
};

export const api = createClient<paths>({
  baseUrl: typeof window === "undefined" ? undefined : window.location.origin,
  fetch: (request) => globalThis.fetch(request),
});
api.use(attachSession);

type Result<T> = { data?: T; error?: unknown; response: Response };

/** @throws ApiError for every answer but a 2xx, and when there is none. */
export async function unwrap<T>(call: Promise<Result<T>>): Promise<T> {
  let result: Result<T>;
  try {
    result = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw error instanceof ApiError ? error : asApiError(error);
  }
  if (!result.response.ok) throw errorFromProblem(result.error, result.response);
  return result.data as T;
}
