import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
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
    /NODE_OPTIONS=.*--require[ =]\S*server\/requests\.cjs/,
  );
});
