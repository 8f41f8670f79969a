/**
 * Sets the Content-Security-Policy of pages, with a fresh nonce per request. Next reads the nonce from the request's
 * copy of the header and puts it on its own scripts.
 *
 * Production only, by its file name and `pageExtensions` in next.config.ts: the dev server needs eval, inline styles
 * and a websocket, so its policy would restrict little, and compiling this file would cost it about 15 MiB.
 */
import { hostname } from "node:os";
import { type NextRequest, NextResponse } from "next/server";

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
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
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
