/**
 * Sets the Content-Security-Policy of pages, with a fresh nonce per request. Next reads the nonce from the request's
 * copy of the header and puts it on its own scripts.
 */
import { hostname } from "node:os";
import { type NextRequest, NextResponse } from "next/server";

const development = process.env.NODE_ENV === "development";

export function proxy(request: NextRequest): NextResponse {
  const policy = contentSecurityPolicy(btoa(crypto.randomUUID()));
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);

  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  response.headers.set("x-frontend-pod", hostname());
  return response;
}

function contentSecurityPolicy(nonce: string): string {
  // The dev server evaluates code for stack traces, injects <style> elements and talks over a websocket.
  const script = `'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`;
  return [
    "default-src 'self'",
    `script-src ${script}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    `connect-src 'self'${development ? " ws: wss:" : ""}`,
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

export const config = {
  // Pages only: the API proxy streams bodies past this file, and assets need no policy.
  matcher: ["/((?!api/|_next/|icon.svg|robots.txt).*)"],
};
