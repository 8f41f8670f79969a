import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const ui = join(import.meta.dirname, "../..");

export type Standalone = { url: string; child: ChildProcess; stop: () => void };

/** Starts the production build as the image does: the same files, the same command, the drain wrapper included. */
export async function startStandalone(env: Record<string, string>): Promise<Standalone> {
  if (!existsSync(join(ui, ".next/standalone/server.js"))) throw new Error("no build here: npm run build");
  const app = mkdtempSync(join(tmpdir(), "todo-ui-"));
  cpSync(join(ui, ".next/standalone"), app, { recursive: true });
  cpSync(join(ui, ".next/static"), join(app, ".next/static"), { recursive: true });
  cpSync(join(ui, "public"), join(app, "public"), { recursive: true });
  cpSync(join(ui, "server"), app, { recursive: true });

  const port = await freePort();
  const child = spawn(process.execPath, ["drain.cjs", "server.js"], {
    cwd: app,
    env: { ...process.env, NODE_ENV: "production", HOSTNAME: "127.0.0.1", PORT: String(port), ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  await untilListening(`${url}/robots.txt`, child);
  return {
    url,
    child,
    stop: () => {
      child.kill("SIGKILL");
      rmSync(app, { recursive: true });
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

export async function untilListening(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await delay(100);
  }
  throw new Error("the server did not answer within 15 s");
}
