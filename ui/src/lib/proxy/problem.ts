/**
 * Problem details (RFC 9457) that the proxy itself answers with, in the shape the API uses,
 * so that the browser sees one error format, whichever side failed.
 */
type Problem = {
  status: number;
  title: string;
  detail: string;
  instance: string;
  requestId: string;
  headers?: Record<string, string>;
};

export function problemResponse({ status, title, detail, instance, requestId, headers }: Problem): Response {
  const body = { type: "about:blank", title, status, detail, instance, request_id: requestId };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}
