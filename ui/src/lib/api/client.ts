/**
 * The typed client for /api/v1 on this page's own origin. Adds the session to each request and ends
 * the session when it has expired or the API no longer accepts it.
 */
import createClient, { type Middleware } from "openapi-fetch";
import { endSession, readSession, reasonForEnd, type StoredSession } from "@/lib/session";
import { noteAnswer } from "./answered-by";
import { ApiError, asApiError, errorFromProblem } from "./errors";
import type { paths } from "./schema";

const attachSession: Middleware = {
  onRequest({ request, schemaPath }) {
    const session = readSession();
    if (session) request.headers.set("Authorization", bearer(session));
    else if (!PUBLIC.test(schemaPath)) {
      // No timer runs while a laptop sleeps, so this may be the first to notice.
      endSession(reasonForEnd() ?? "expired");
      throw new ApiError(401, "Your session has expired.");
    }
  },
  onResponse({ request, response }) {
    noteAnswer(response.headers);
    const refused = response.status === 401 && request.headers.get("Authorization");
    const session = readSession();
    // A 401 for the login form means a wrong password. A 401 for an older token does not affect the newer session.
    if (refused && (!session || refused === bearer(session))) endSession("expired");
  },
};

const PUBLIC = /^\/api\/v1\/(about|auth\/(login|register))$/;
const bearer = ({ token }: StoredSession) => `Bearer ${token}`;

export const api = createClient<paths>({
  baseUrl: typeof window === "undefined" ? undefined : window.location.origin,
  fetch: (request) => globalThis.fetch(request),
});
api.use(attachSession);

type Result<T> = { data?: T; error?: unknown; response: Response };

/** @throws ApiError if there is no answer. */
export async function answered<T>(call: Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw asApiError(error);
  }
}

/** @throws ApiError for every answer except 2xx, and if there is none. */
export async function unwrap<T>(call: Promise<Result<T>>): Promise<T> {
  const result = await answered(call);
  if (!result.response.ok) throw errorFromProblem(result.error, result.response);
  return result.data as T;
}
