import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawConnection } from "./raw-request";

const UI = join(import.meta.dirname, "../..");

let child: ChildProcess;
let url: string;

beforeAll(async () => {
  const preload = [
    "--require",
    join(UI, "server/requests.cjs"),
    join(import.meta.dirname, "plain-server.cjs"),
  ];
  child = spawn(process.execPath, preload, {
    env: { ...process.env, REQUEST_TIMEOUT_SECONDS: "1", PORT: "0" },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [port] = await once(child, "message");
  url = `http://127.0.0.1:${port}`;
});
afterAll(() => {
  child.kill();
});

const POST = "POST /api/v1/tasks HTTP/1.1\r\nHost: ui\r\n";

it("bounds the requests of a server that only preloads it, as next dev does", async () => {
  const late = new RawConnection(url).send(`${POST}Content-Length: 9\r\n\r\n{`);
  expect((await late.answer()).status).toBe(408);
  const traced = new RawConnection(url).send("TRACE / HTTP/1.1\r\nHost: ui\r\n\r\n");
  expect((await traced.answer()).status).toBe(405);
});

it("takes a small body that arrives in pieces", async () => {
  const client = new RawConnection(url).send(`${POST}Connection: close\r\nContent-Length: 4\r\n\r\nab`);
  setTimeout(() => client.send("cd"), 200);
  expect((await client.answer()).status).toBe(200);
});

it("closes a connection on which nothing was ever sent, without an answer", async () => {
  expect((await new RawConnection(url).answer()).status).toBeNaN();
});

it.each(["Dockerfile", "package.json"])("is preloaded by next dev in %s", (name) => {
  expect(readFileSync(join(UI, name), "utf8")).toMatch(
    /NODE_OPTIONS=.*--require[ =]\S*server\/dev\.cjs/, // which loads it
  );
});

describe("a crowd at the login", () => {
  const logIn = (milliseconds: number, signal?: AbortSignal) =>
    fetch(`${url}/api/v1/auth/login?ms=${milliseconds}`, { method: "POST", body: "{}", signal });

  it("is let in a few at a time, and everyone gets in", async () => {
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 12 }, () => logIn(200)));
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    expect(performance.now() - began).toBeGreaterThanOrEqual(590);
  });

  it("gets 429 with Retry-After at once where the queue is full, and those who give up leave it", async () => {
    const gone = new AbortController();
    const running = Array.from({ length: 4 }, () => logIn(1500));
    await delay(100);
    const waiting = Array.from({ length: 128 }, () => logIn(0, gone.signal).catch(() => undefined));
    await delay(400);
    const refused = await logIn(0);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    gone.abort();
    await Promise.all(waiting);
    await delay(100);
    expect((await logIn(0)).status).toBe(200);
    for (const answer of await Promise.all(running)) expect(answer.status).toBe(200);
  });
});
