/**
 * The only way from a browser to the API: everything under /api/v1/ is handed on to the backend Service.
 * (A rewrite in next.config would freeze the address at build time and hold back streamed answers.)
 */
import { forward } from "@/lib/proxy/forward";

export const runtime = "nodejs";
export const dynamic = "force-dynamic";

export {
  forward as DELETE,
  forward as GET,
  forward as HEAD,
  forward as OPTIONS,
  forward as PATCH,
  forward as POST,
  forward as PUT,
};
