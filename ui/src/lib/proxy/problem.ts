/**
 * Problem details (RFC 9457) that the proxy itself answers with, in the shape the API uses,
 * so that the browser has one error format whoever failed.
 */
type Problem = {
  status: number;
  title: string;
  detail: string;
  instance: string;
  requestId: string;
};

export function problemResponse({ status, title, detail, instance, requestId }: Problem): Response {
  const body = { type: "about:blank", title, status, detail, instance, request_id: requestId };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}
