/**
 * Forwards a browser's request to the API and streams the answer back. It knows nothing about tasks.
 */
import { logRequest, pod } from "./access-log";
import { BodyTooLarge, readBody } from "./body";
import { clientHeaders, requestIdOf, upstreamHeaders } from "./headers";
import { problemResponse } from "./problem";
import { apiAddress, callApi, errorCode, timedOut } from "./upstream";

const WITHOUT_BODY = new Set([204, 205, 304]);

/** Logged if the client left first, as in nginx. No one receives it. */
const CLIENT_CLOSED_REQUEST = 499;

/** The unread rest of the body blocks the connection for another request. */
const CLOSE = { connection: "close" };

export async function forward(request: Request): Promise<Response> {
  const started = performance.now();
  const requestId = requestIdOf(request.headers);
  const { pathname, search } = new URL(request.url);

  const { response, error } = await answer(request, pathname, search, requestId);
  response.headers.set("x-request-id", requestId);
  response.headers.set("x-frontend-pod", pod);
  logRequest({
    method: request.method,
    path: pathname,
    status: response.status,
    duration_ms: Math.round(performance.now() - started),
    request_id: requestId,
    error,
  });
  return response;
}

type Answer = { response: Response; error?: string };

async function answer(
  request: Request,
  pathname: string,
  search: string,
  requestId: string,
): Promise<Answer> {
  const problem = (status: number, title: string, detail: string, error?: string, headers = {}): Answer => ({
    response: problemResponse({ status, title, detail, instance: pathname, requestId, headers }),
    error,
  });
  if (!isPublicPath(pathname)) return problem(404, "Not Found", "There is nothing at this address.");
  const address = apiAddress();
  if (!address) return problem(502, "Bad Gateway", "The address of the API is not configured.", "NO_ADDRESS");

  try {
    const upstream = await callApi(address + pathname + search, {
      method: request.method,
      headers: upstreamHeaders(request.headers, requestId),
      body: await readBody(request),
      signal: request.signal,
    });
    const body = WITHOUT_BODY.has(upstream.status) ? null : (upstream.body as ReadableStream | null);
    const headers = clientHeaders(upstream.headers as unknown as Headers);
    return { response: new Response(body, { status: upstream.status, headers }) };
  } catch (error) {
    if (error instanceof BodyTooLarge) {
      return problem(413, "Content Too Large", "The request body may have at most 1 MiB.", undefined, CLOSE);
    }
    if (request.signal.aborted) return { response: new Response(null, { status: CLIENT_CLOSED_REQUEST }) };
    const code = errorCode(error);
    if (timedOut(error)) return problem(504, "Gateway Timeout", "The API took too long to answer.", code);
    return problem(502, "Bad Gateway", "The API can't be reached at the moment.", code);
  }
}

/**
 * Only the versioned API is reachable from outside; its documentation, health checks and metrics are not.
 * A segment that decodes to a slash or to dots could climb out of the prefix behind our back.
 */
function isPublicPath(pathname: string): boolean {
  if (!pathname.startsWith("/api/v1/")) return false;
  try {
    const segments = pathname.slice(1).split("/").map(decodeURIComponent);
    return segments.every((segment) => segment !== "." && segment !== ".." && !/[/\\]/.test(segment));
  } catch {
    return false;
  }
}
