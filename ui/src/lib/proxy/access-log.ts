/**
 * One JSON line per proxied request on standard output, with the request id that the API logs too.
 * Queries and bodies are left out: they hold what users typed.
 */
import { hostname } from "node:os";

export const pod = hostname();

type Entry = {
  method: string;
  path: string;
  status: number;
  duration_ms: number;
  request_id: string;
  error?: string;
};

export function logRequest(entry: Entry): void {
  const failed = entry.status >= 500;
  // `next dev` prints each request itself.
  if (!failed && process.env.NODE_ENV !== "production") return;
  const line = {
    time: new Date().toISOString(),
    level: failed ? "error" : "info",
    logger: "proxy",
    pod,
    ...entry,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
