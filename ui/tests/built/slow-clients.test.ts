import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RawConnection } from "../server/raw-request";
import { startUpstream, type Upstream } from "../server/upstream";
import { startStandalone } from "./standalone";

let upstream: Upstream;

beforeAll(async () => {
  upstream = await startUpstream((_request, response) => response.end("{}"));
});
afterAll(() => upstream.close());

const MEBIBYTE = 1024 * 1024;
const HEAD = "POST /api/v1/auth/login HTTP/1.1\r\nHost: ui\r\nX-Request-ID: slow-1\r\n";

/**
 * Milliseconds that a process was ready to run but other processes had the processors. The clients here are such
 * processes, and so is whatever else this machine does; in a cluster they run elsewhere.
 */
function timeNotRun(pid: number | undefined): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[1]) / 1e6;
}

/** The most that a process has ever had in memory, in MiB. */
function peakMemory(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

it("answers a head or a body that takes too long with 408, and closes", async () => {
  const ui = await startStandalone({ NEXT_PUBLIC_API_URL: upstream.url, REQUEST_TIMEOUT_SECONDS: "2" });
  try {
    const started = performance.now();
    const clients = [
      new RawConnection(ui.url).send("POST /api/v1/auth/login HTTP/1.1\r\nHo"),
      new RawConnection(ui.url).send(`${HEAD}Content-Length: 20\r\n\r\n{"email":`),
      new RawConnection(ui.url).send(`${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{"ema\r\n`),
    ];
    const dripping = new RawConnection(ui.url).send(`${HEAD}Content-Length: 1000\r\n\r\n`);
    const drip = setInterval(() => dripping.send("a"), 200);
    const answers = await Promise.all([...clients, dripping].map((client) => client.answer()));
    clearInterval(drip);
    expect(performance.now() - started).toBeLessThan(8_000);
    for (const { status, headers, body } of answers) {
      expect(status).toBe(408);
      expect(headers.get("content-type")).toBe("application/problem+json");
      expect(headers.get("connection")).toBe("close");
      expect(JSON.parse(body)).toMatchObject({ status: 408, request_id: headers.get("x-request-id") });
    }
    expect(JSON.parse(answers[1]?.body ?? "")).toMatchObject({
      request_id: "slow-1",
      instance: "/api/v1/auth/login",
    });
  } finally {
    ui.stop();
  }
});

it("stays small and quick while 500 clients send large bodies and stop", { timeout: 120_000 }, async () => {
  const ui = await startStandalone({ NEXT_PUBLIC_API_URL: upstream.url });
  const timed = async (request: () => Promise<Response>) => {
    const [started, notRun] = [performance.now(), timeNotRun(ui.child.pid)];
    const response = await request();
    await response.arrayBuffer();
    expect(response.status).toBe(200);
    return performance.now() - started - (timeNotRun(ui.child.pid) - notRun);
  };
  const page = () => timed(() => fetch(ui.url));
  const form = () =>
    timed(() => fetch(`${ui.url}/api/v1/tasks`, { method: "POST", body: '{"title":"Milk"}' }));
  await page();
  await form();
  const before = peakMemory(ui.child.pid);

  // In a process of its own: what it sends must not slow down the clock here.
  const flood = spawn(process.execPath, [
    join(import.meta.dirname, "flood.cjs"),
    new URL(ui.url).port,
    "500",
  ]);
  let seen = "";
  flood.stdout.on("data", (chunk) => {
    seen += chunk;
  });
  try {
    const pages: number[] = [];
    const forms: number[] = [];
    for (let more = 20; more > 0; more -= seen.includes("sent") ? 1 : 0) {
      pages.push(await page());
      forms.push(await form());
      await delay(100);
    }
    const peak = peakMemory(ui.child.pid);
    const refused = seen.split("\n").filter((status) => status === "503").length;
    const [slowestPage, slowestForm] = [Math.max(...pages), Math.max(...forms)];
    process.stdout.write(
      `${refused} refused; memory ${before.toFixed()} MiB before, ${peak.toFixed()} MiB at most; ` +
        `slowest page ${slowestPage.toFixed()} ms, form ${slowestForm.toFixed()} ms of ${pages.length}\n`,
    );
    expect(peak).toBeLessThan(200);
    expect(slowestPage).toBeLessThan(1_000);
    expect(slowestForm).toBeLessThan(1_000);
    // All but those that fit into the 16 MiB, and some that were cut off while they were still sending.
    expect(refused).toBeGreaterThan(400);
  } finally {
    flood.kill();
    ui.stop();
  }
});

it("tells a client whose large body is one too many when to come again", async () => {
  const ui = await startStandalone({ NEXT_PUBLIC_API_URL: upstream.url });
  const clients = Array.from({ length: 20 }, () =>
    new RawConnection(ui.url)
      .send(`${HEAD}Content-Length: ${MEBIBYTE}\r\n\r\n`)
      .send(new Uint8Array(1_000_000)),
  );
  try {
    const { status, headers, body } = await Promise.race(clients.map((client) => client.answer()));
    expect(status).toBe(503);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(headers.get("connection")).toBe("close");
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(JSON.parse(body)).toMatchObject({ status: 503, request_id: "slow-1" });
  } finally {
    for (const { socket } of clients) socket.destroy();
    ui.stop();
  }
});
