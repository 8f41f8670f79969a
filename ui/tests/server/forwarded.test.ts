import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it } from "vitest";

const PRELOAD = join(import.meta.dirname, "../../server/requests.cjs");
const SERVER = join(import.meta.dirname, "echo-server.cjs");

/** What a server behind so many proxies takes for the address of a client that sends this header. */
async function address(proxies: string, sent?: string): Promise<string> {
  const child = spawn(process.execPath, ["--require", PRELOAD, SERVER], {
    env: { ...process.env, PROXIES_IN_FRONT: proxies },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  try {
    const [port] = await once(child, "message");
    const headers: Record<string, string> = sent === undefined ? {} : { "x-forwarded-for": sent };
    return await (await fetch(`http://127.0.0.1:${port}`, { headers })).text();
  } finally {
    child.kill();
  }
}

it("takes the socket's address, whatever the client sends", async () => {
  expect(await address("")).toBe("127.0.0.1");
  expect(await address("", "203.0.113.9")).toBe("127.0.0.1");
});

it("takes the address that the ingress added, not those that the client made up", async () => {
  expect(await address("1", "198.51.100.7, 203.0.113.9")).toBe("203.0.113.9");
  expect(await address("2", "198.51.100.7, 203.0.113.9, 10.0.0.3")).toBe("203.0.113.9");
});

it("takes the socket's address when the ingress was bypassed", async () => {
  expect(await address("1")).toBe("127.0.0.1");
});
