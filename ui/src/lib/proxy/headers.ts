/**
 * Which headers cross the proxy, in both directions.
 */

/** Meant for one connection only (RFC 9110 section 7.6.1), so never forwarded. */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/**
 * Not for the API: `host` and the length are the HTTP client's business, cookies belong to this origin only,
 * and compression is left to the hop that faces the browser (a compressed upstream can't be streamed on).
 */
const REQUEST_ONLY = ["host", "content-length", "expect", "accept-encoding", "cookie"];

/** Safe to log and forward. Any other id is replaced. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given && REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

export function upstreamHeaders(incoming: Headers, requestId: string): Record<string, string> {
  const dropped = new Set([...HOP_BY_HOP, ...REQUEST_ONLY, ...namedByConnection(incoming)]);
  const headers: Record<string, string> = {};
  for (const [name, value] of incoming) {
    if (!dropped.has(name)) headers[name] = value;
  }
  headers["accept-encoding"] = "identity";
  headers["x-request-id"] = requestId;
  return headers;
}

export function clientHeaders(upstream: Headers): Headers {
  const dropped = new Set([...HOP_BY_HOP, ...namedByConnection(upstream)]);
  // The HTTP client has undone any encoding, so the upstream's length no longer describes the body.
  if (upstream.has("content-encoding")) dropped.add("content-encoding").add("content-length");

  const headers = new Headers();
  for (const [name, value] of upstream) {
    if (!dropped.has(name)) headers.append(name, value);
  }
  if (headers.get("content-type")?.startsWith("text/event-stream")) {
    // "no-transform" keeps compression, and "no" an ingress's buffer, from holding events back.
    headers.set("cache-control", "no-cache, no-transform");
    headers.set("x-accel-buffering", "no");
  } else if (!headers.has("cache-control")) {
    headers.set("cache-control", "no-store");
  }
  return headers;
}

function namedByConnection(headers: Headers): string[] {
  return (headers.get("connection") ?? "").split(",").map((name) => name.trim().toLowerCase());
}
