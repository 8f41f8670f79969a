import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { hostname } from "node:os";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DELETE, GET, PATCH, POST } from "@/app/api/[...path]/route";
import { startUpstream, type Upstream } from "../server/upstream";

const upstreams: Upstream[] = [];

async function api(listener: RequestListener): Promise<Upstream> {
  const upstream = await startUpstream(listener);
  upstreams.push(upstream);
  vi.stubEnv("NEXT_PUBLIC_API_URL", upstream.url);
  return upstream;
}

function request(path: string, init: RequestInit = {}): Request {
  return new Request(`http://ui.test${path}`, init);
}

afterEach(async () => {
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

describe("a forwarded request", () => {
  it("arrives with method, path, query, body and headers, less those of the connection", async () => {
    let seen: IncomingMessage | undefined;
    let body = "";
    await api(async (incoming, response) => {
      seen = incoming;
      body = await text(incoming);
      response.writeHead(201, { location: "/api/v1/tasks/1", "x-pod": "backend-1" }).end("{}");
    });
    const headers = {
      authorization: "Bearer t",
      "content-type": "application/json",
      cookie: "theme=dark",
      connection: "x-secret-hop",
      "x-secret-hop": "1",
      "accept-encoding": "gzip",
    };
    const answer = await POST(
      request("/api/v1/tasks?q=a%20b&q=c", { method: "POST", body: '{"title":"é"}', headers }),
    );

    expect(seen).toMatchObject({ method: "POST", url: "/api/v1/tasks?q=a%20b&q=c" });
    expect(seen?.headers).toMatchObject({ authorization: "Bearer t", "accept-encoding": "identity" });
    expect(seen?.headers).not.toHaveProperty("cookie");
    expect(seen?.headers).not.toHaveProperty("x-secret-hop");
    expect(body).toBe('{"title":"é"}');
    expect(answer.status).toBe(201);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      location: "/api/v1/tasks/1",
      "x-pod": "backend-1",
      "x-frontend-pod": hostname(),
      "cache-control": "no-store",
    });
  });

  it("keeps a sane request id and replaces any other", async () => {
    const ids: unknown[] = [];
    await api((incoming, response) => {
      ids.push(incoming.headers["x-request-id"]);
      response.end();
    });
    const sane = await GET(request("/api/v1/about", { headers: { "x-request-id": "abc.DEF_1-2" } }));
    const odd = await GET(request("/api/v1/about", { headers: { "x-request-id": "a b<script>" } }));
    expect(sane.headers.get("x-request-id")).toBe("abc.DEF_1-2");
    expect(odd.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(ids).toEqual(["abc.DEF_1-2", odd.headers.get("x-request-id")]);
  });

  it("passes on an answer without a body, and one that is compressed all the same", async () => {
    await api((incoming, response) => {
      if (incoming.method === "DELETE") return response.writeHead(204).end();
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("unpacked"));
    });
    expect((await DELETE(request("/api/v1/tasks/1", { method: "DELETE" }))).status).toBe(204);
    const answer = await GET(request("/api/v1/tasks/1"));
    expect(await answer.text()).toBe("unpacked");
    expect(answer.headers.has("content-encoding")).toBe(false);
  });

  it.each([
    "/api/v2/tasks",
    "/api/docs",
    "/api/v1",
    "/api/v1/%2e%2e%2fdocs",
    "/api/v1/..%2f..%2fhealth/db",
    "/api/v1/x%5c..%5cdocs",
    "/api/v1/%ff",
  ])("never leaves for %s", async (path) => {
    const upstream = await api((_incoming, response) => response.end("inside"));
    const answer = await GET(request(path));
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(upstream.connections()).toBe(0);
  });

  it("is refused above 1 MiB, with and without a stated length", async () => {
    const upstream = await api((_incoming, response) => response.end());
    const big = new Uint8Array(1024 * 1024 + 1);
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(big.subarray(0, 1024 * 1024));
        controller.enqueue(big.subarray(0, 1));
        controller.close();
      },
    });
    const init = { method: "POST", duplex: "half" } as RequestInit;
    expect((await POST(request("/api/v1/tasks", { ...init, body: big }))).status).toBe(413);
    expect((await POST(request("/api/v1/tasks", { ...init, body: stream }))).status).toBe(413);
    expect(upstream.connections()).toBe(0);
    expect((await POST(request("/api/v1/tasks", { ...init, body: big.subarray(1) }))).status).toBe(200);
  });
});

describe("a streamed answer", () => {
  it("arrives piece by piece, each before the next is sent", async () => {
    let response: ServerResponse | undefined;
    await api((_incoming, outgoing) => {
      response = outgoing.writeHead(200, { "content-type": "text/event-stream" });
      outgoing.write("data: 0\n\n");
    });
    const answer = await POST(request("/api/v1/chat", { method: "POST", body: "{}" }));
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    for (const piece of ["0", "1", "2"]) {
      const { value } = await reader.read();
      expect(new TextDecoder().decode(value)).toBe(`data: ${piece}\n\n`);
      if (piece === "2") response?.end();
      else response?.write(`data: ${Number(piece) + 1}\n\n`);
    }
    expect((await reader.read()).done).toBe(true);
    expect(answer.headers.get("cache-control")).toBe("no-cache, no-transform");
    expect(answer.headers.get("x-accel-buffering")).toBe("no");
  });

  it.each(["before", "during"])("ends at the API when the client leaves %s it", async (moment) => {
    const [left, leave] = signal();
    const [arrived, arrive] = signal();
    await api((_incoming, response) => {
      response.on("close", leave);
      if (moment === "during") response.write("data: 0\n\n");
      arrive();
    });
    const client = new AbortController();
    const pending = GET(request("/api/v1/chat", { signal: client.signal }));
    await arrived;
    if (moment === "during") await (await pending).body?.cancel();
    else client.abort();
    await left;
    expect((await pending).status).toBe(moment === "during" ? 200 : 499);
  });
});

describe("an API that fails", () => {
  it("is a 502 with the request id when nothing listens, and does not reveal the address", async () => {
    const upstream = await api(() => undefined);
    await upstream.close();
    const answer = await GET(request("/api/v1/tasks", { headers: { "x-request-id": "r-1" } }));
    const problem = await answer.json();
    expect(answer.status).toBe(502);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(problem).toMatchObject({ status: 502, request_id: "r-1", instance: "/api/v1/tasks" });
    expect(JSON.stringify(problem)).not.toContain("127.0.0.1");
  });

  it("is a 502 when no address is configured", async () => {
    vi.stubEnv("NEXT_PUBLIC_API_URL", "");
    expect((await GET(request("/api/v1/tasks"))).status).toBe(502);
  });

  it("keeps its own status and problem details", async () => {
    await api((_incoming, response) =>
      response
        .writeHead(503, { "retry-after": "2", "content-type": "application/problem+json" })
        .end('{"status":503}'),
    );
    const answer = await GET(request("/api/v1/tasks"));
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("2");
  });

  async function dropFirst(): Promise<string[]> {
    const methods: string[] = [];
    await api((incoming, response) => {
      methods.push(incoming.method ?? "");
      if (methods.length === 1) incoming.socket.destroy();
      else response.end("second");
    });
    return methods;
  }

  it("is called once more by GET when it hangs up without an answer", async () => {
    const methods = await dropFirst();
    expect(await (await GET(request("/api/v1/tasks"))).text()).toBe("second");
    expect(methods).toEqual(["GET", "GET"]);
  });

  it("is called once more by POST only under an idempotency key", async () => {
    let methods = await dropFirst();
    expect((await POST(request("/api/v1/tasks", { method: "POST", body: "{}" }))).status).toBe(502);
    expect(methods).toEqual(["POST"]);

    methods = await dropFirst();
    const keyed = { method: "POST", body: "{}", headers: { "idempotency-key": "k" } };
    expect((await POST(request("/api/v1/tasks", keyed))).status).toBe(200);
    expect(methods).toEqual(["POST", "POST"]);
  });

  it("is not called again by PATCH, nor by any method with retries off", async () => {
    let methods = await dropFirst();
    expect((await PATCH(request("/api/v1/tasks/1", { method: "PATCH", body: "{}" }))).status).toBe(502);
    expect(methods).toEqual(["PATCH"]);

    vi.stubEnv("PROXY_RETRY", "off");
    methods = await dropFirst();
    expect((await GET(request("/api/v1/tasks"))).status).toBe(502);
    expect(methods).toEqual(["GET"]);
  });
});

it("gives a connection up after a few requests, so that new replicas get their share", async () => {
  const perConnection = new Map<unknown, number>();
  await api(({ socket }, response) => {
    perConnection.set(socket, (perConnection.get(socket) ?? 0) + 1);
    response.end("{}");
  });
  for (let count = 0; count < 60; count += 1) {
    await (await GET(request("/api/v1/about"))).text();
    await delay(3);
  }
  expect(Math.max(...perConnection.values())).toBeLessThanOrEqual(11);
  // And yet most requests found an open one.
  expect(perConnection.size).toBeLessThan(20);
});

function signal(): [Promise<void>, () => void] {
  let fire: () => void = () => undefined;
  const fired = new Promise<void>((resolve) => {
    fire = resolve;
  });
  return [fired, fire];
}
