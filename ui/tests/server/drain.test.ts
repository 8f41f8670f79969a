import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, type ClientRequest, get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { type Counts, runClients } from "./clients";

const WRAPPER = join(import.meta.dirname, "../../server/drain.cjs");
const PLAIN = join(import.meta.dirname, "plain-server.cjs");

type Wrapped = { child: ChildProcess; port: number; log: () => string };
const children: ChildProcess[] = [];

async function start(drainSeconds: string): Promise<Wrapped> {
  const child = spawn(process.execPath, [WRAPPER, PLAIN], {
    env: { ...process.env, DRAIN_SECONDS: drainSeconds, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  children.push(child);
  let log = "";
  child.stdout?.on("data", (chunk) => {
    log += chunk;
  });
  const [port] = (await once(child, "message")) as [number];
  return { child, port, log: () => log };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

async function ask(port: number, path: string, agent: Agent): Promise<IncomingMessage> {
  const request: ClientRequest = get({ port, path, agent, host: "127.0.0.1" });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  await text(response);
  return response;
}

describe("draining", () => {
  it("announces the end on every answer, serves on, then exits with 0", async () => {
    const { child, port, log } = await start("1.5");
    const agent = new Agent({ keepAlive: true, maxSockets: 2 });
    expect((await ask(port, "/", agent)).headers.connection).toBe("keep-alive");

    const running = ask(port, "/held", agent);
    await once(child, "message");
    const stopped = Date.now();
    child.kill("SIGTERM");
    while (!log().includes("SIGTERM")) await delay(10);
    child.send("go on");
    // A running answer whose head is not sent yet, an open connection, and a new one.
    expect((await running).headers.connection).toBe("close");
    expect((await ask(port, "/", agent)).headers.connection).toBe("close");
    expect((await ask(port, "/", new Agent())).headers.connection).toBe("close");

    const [code] = await once(child, "exit");
    expect(code).toBe(0);
    expect(Date.now() - stopped).toBeGreaterThanOrEqual(1_490);
    expect(Date.now() - stopped).toBeLessThan(4_000);
  });

  it("answers what arrived while the process was not running", async () => {
    const { child, port } = await start("0.4");
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await ask(port, "/", agent);
    child.kill("SIGTERM");
    await delay(100);
    child.kill("SIGSTOP");
    const waiting = [ask(port, "/", agent), ask(port, "/", new Agent()), ask(port, "/", new Agent())];
    await delay(800);
    child.kill("SIGCONT");
    for (const answer of await Promise.all(waiting)) expect(answer.statusCode).toBe(200);
    expect((await once(child, "exit"))[0]).toBe(0);
  });

  it("lets a running answer finish after the window", async () => {
    const { child, port } = await start("0.1");
    const answer = ask(port, "/?ms=700", new Agent());
    await delay(50);
    child.kill("SIGTERM");
    expect((await answer).statusCode).toBe(200);
    expect((await once(child, "exit"))[0]).toBe(0);
  });

  it("ends at once at a terminal", async () => {
    const { child } = await start("5");
    child.kill("SIGINT");
    expect((await once(child, "exit"))[0]).toBe(130);
  });

  it("refuses a window that is not a number", async () => {
    const child = spawn(process.execPath, [WRAPPER, PLAIN], {
      env: { ...process.env, DRAIN_SECONDS: "soon" },
      stdio: "ignore",
    });
    expect((await once(child, "exit"))[0]).not.toBe(0);
  });
});

describe("replacing a server under 32 busy keep-alive clients", () => {
  /** The old server gets SIGTERM while all new connections go to the new one, as after a `preStop` sleep. */
  async function replace(drainSeconds: string): Promise<Counts> {
    const [old, fresh] = await Promise.all([start(drainSeconds), start("0")]);
    const target = { port: old.port };
    // They think for longer than a busy machine needs to answer, so that most connections are idle at any moment.
    const clients = runClients(target, { count: 32, thinkTime: 50 });
    await delay(700);
    target.port = fresh.port;
    old.child.kill("SIGTERM");
    const exited = once(old.child, "exit");
    await delay(1_500);
    const counts = await clients.stop();
    expect((await exited)[0]).toBe(0);
    return counts;
  }

  it("loses none of their requests", async () => {
    const { done, lost, ports } = await replace("0.8");
    expect(done).toBeGreaterThan(500);
    expect(ports).toBe(2);
    expect(lost).toBe(0);
  });

  it("would lose some without the window", async () => {
    const { lost } = await replace("0");
    expect(lost).toBeGreaterThan(0);
  });
});
