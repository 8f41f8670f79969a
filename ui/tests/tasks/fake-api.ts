import { vi } from "vitest";
import type { Task } from "@/lib/api/types";
import { onlyPage } from "./task";

type Handler = (request: Request) => Response | Promise<Response>;

export const json = (body: unknown, status = 200, headers = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });

export function problem(status: number, detail: string, requestId = "req-1"): Response {
  const body = { type: "about:blank", title: "Error", status, detail, instance: "/", request_id: requestId };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}

/**
 * Stands where fetch stands. Lists are answered from `tasks`, which a test may change; everything else
 * by the handlers, under "METHOD /path".
 */
export function fakeApi(tasks: Task[], handlers: Record<string, Handler> = {}) {
  const requests: string[] = [];
  const answer = async (request: Request): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url);
    const route = `${request.method} ${pathname.replace("/api/v1/", "")}`;
    requests.push(route);
    const handler = handlers[route];
    if (handler) return handler(request);
    if (route === "GET tasks/revision") return json({ revision: "1" });
    if (route === "GET tags") return json({ items: [] });
    if (route !== "GET tasks") throw new Error(`no answer for ${route}`);
    const done = searchParams.get("status") === "completed";
    const items = tasks.filter((task) => task.completed === done);
    return json(onlyPage(items));
  };
  vi.stubGlobal("fetch", (input: RequestInfo | URL, init?: RequestInit) => answer(new Request(input, init)));
  return { requests };
}
