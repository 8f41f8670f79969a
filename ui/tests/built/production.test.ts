import { once } from "node:events";
import { get, type IncomingMessage, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runClients } from "../server/clients";
import { startUpstream, type Upstream } from "../server/upstream";
import { type Standalone, startStandalone } from "./standalone";

let upstream: Upstream;
let ui: Standalone;
/** What the API does with the next request. */
let respond: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  upstream = await startUpstream((request, response) => respond(request, response));
  ui = await startStandalone({ NEXT_PUBLIC_API_URL: upstream.url });
});

afterAll(async () => {
  ui.stop();
  await upstream.close();
});

async function open(path: string, headers: Record<string, string> = {}) {
  const request = get(ui.url + path, { headers });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return { request, response };
}

describe("the pages", () => {
  it("are served under a policy whose nonce is on every script, and new each time", async () => {
    const seen = new Set<string>();
    for (const path of ["/", "/login", "/register"]) {
      const response = await fetch(ui.url + path);
      const policy = response.headers.get("content-security-policy") ?? "";
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
      const scripts = (await response.text()).match(/<script\b[^>]*>/g) ?? [];
      expect(response.status).toBe(200);
      expect(policy).not.toContain("unsafe");
      expect(scripts.length).toBeGreaterThan(1);
      for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
      seen.add(nonce);
    }
    expect(seen.size).toBe(3);
  });

  it("carry the other headers, and not the server's brand", async () => {
    const { headers } = await fetch(ui.url);
    expect(Object.fromEntries(headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "strict-origin-when-cross-origin",
      "x-frontend-pod": hostname(),
    });
    expect(headers.has("x-powered-by")).toBe(false);
  });

  it("need no API, for a probe asks whether this server works", async () => {
    const lonely = await startStandalone({ NEXT_PUBLIC_API_URL: "http://127.0.0.1:9" });
    try {
      expect((await fetch(`${lonely.url}/`)).status).toBe(200);
      const failed = await fetch(`${lonely.url}/api/v1/tasks`);
      expect(failed.status).toBe(502);
      expect(await failed.json()).toMatchObject({ request_id: failed.headers.get("x-request-id") });
    } finally {
      lonely.stop();
    }
  });

  it("know the chosen theme from the first byte on", async () => {
    const page = async (cookie: string) => (await fetch(ui.url, { headers: { cookie } })).text();
    expect(await page("theme=dark")).toMatch(/<html[^>]*data-theme="dark"/);
    expect(await page("theme=%3Cscript%3E")).toMatch(/<html lang="en">/);
  });
});

describe("the proxy in the real server", () => {
  it.each([
    ["an event stream", "text/event-stream"],
    ["JSON, which is compressed", "application/json"],
  ])("passes on %s piece by piece to a browser that accepts gzip", async (_name, type) => {
    let upstreamResponse: ServerResponse | undefined;
    respond = (_request, response) => {
      upstreamResponse = response.writeHead(200, { "content-type": type });
      response.write("piece 0\n");
    };
    const { request, response } = await open("/api/v1/chat", { "accept-encoding": "gzip" });
    const zipped = response.headers["content-encoding"] === "gzip";
    expect(zipped).toBe(type === "application/json");
    const body = zipped ? response.pipe(createGunzip()) : response;
    for (const piece of [0, 1, 2]) {
      const [chunk] = await once(body, "data");
      expect(String(chunk)).toBe(`piece ${piece}\n`);
      upstreamResponse?.write(`piece ${piece + 1}\n`);
    }
    request.destroy();
  });

  it("lets go of the API's answer when the browser leaves", async () => {
    const left = new Promise<void>((resolve) => {
      respond = (_request, response) => {
        response.on("close", resolve);
        response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 0\n\n");
      };
    });
    const { request, response } = await open("/api/v1/chat");
    await once(response, "data");
    request.destroy();
    await left;
  });

  it("passes a body of 1 MiB and refuses a larger one", async () => {
    respond = (request, response) => {
      let size = 0;
      request.on("data", (chunk: Buffer) => {
        size += chunk.length;
      });
      request.on("end", () => response.end(String(size)));
    };
    const post = (size: number) =>
      fetch(`${ui.url}/api/v1/tasks`, { method: "POST", body: new Uint8Array(size) });
    expect(await (await post(1024 * 1024)).text()).toBe(String(1024 * 1024));
    expect((await post(1024 * 1024 + 1)).status).toBe(413);
  });

  it("is blocked by no client that stalls in the middle of a request", async () => {
    respond = (_request, response) => response.end("{}");
    const { hostname: host, port } = new URL(ui.url);
    const head = "POST /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    const begun = [head, `${head}Content-Length: 20\r\n\r\n{"title":`];
    const sockets = Array.from({ length: 200 }, () => connect(Number(port), host));
    try {
      await Promise.all(sockets.map((socket) => once(socket, "connect")));
      for (const [index, socket] of sockets.entries()) socket.write(begun[index % 2] as string);
      for (const path of ["/", "/api/v1/tasks"]) {
        const answer = await fetch(ui.url + path, { signal: AbortSignal.timeout(5000) });
        expect(answer.status).toBe(200);
      }
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });

  it("keeps the API's documentation inside", async () => {
    for (const path of ["/api/docs", "/api/v1/%2e%2e/%2e%2e/docs", "/api/v1/..%2f..%2fdocs", "/docs"]) {
      expect((await fetch(ui.url + path)).status).toBe(404);
    }
  });
});

it("is replaced under 16 busy keep-alive clients without losing a request", async () => {
  const old = await startStandalone({ NEXT_PUBLIC_API_URL: upstream.url, DRAIN_SECONDS: "2" });
  const target = { port: Number(new URL(old.url).port) };
  const clients = runClients(target, { count: 16, thinkTime: 10, path: "/robots.txt" });
  await delay(1_000);
  target.port = Number(new URL(ui.url).port);
  old.child.kill("SIGTERM");
  const [code] = await once(old.child, "exit");
  await delay(300);
  const { done, lost, ports } = await clients.stop();
  old.stop();
  expect({ code, lost, ports }).toEqual({ code: 0, lost: 0, ports: 2 });
  expect(done).toBeGreaterThan(200);
});
