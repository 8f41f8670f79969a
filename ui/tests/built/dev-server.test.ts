import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort, untilListening } from "./standalone";

/** The development server of a pod, with the settings of this project and an application of one big page. */
const ui = join(import.meta.dirname, "../..");
const NODE = "192.168.49.2"; // an address as `minikube ip` prints it
const COMPONENTS = 600;
const LAYOUT = `export default function Layout({ children }: { children: React.ReactNode }) {
  return <html lang="en"><body>{children}</body></html>;
}`;

let app: string;
let server: ChildProcess;
let url: string;

beforeAll(async () => {
  mkdirSync(join(ui, ".next"), { recursive: true });
  app = mkdtempSync(join(ui, ".next/dev-server-")); // below ui/, where Turbopack finds the packages
  for (const name of ["next.config.ts", "tsconfig.json", "package.json", "server"])
    cpSync(join(ui, name), join(app, name), { recursive: true });
  writeBigPage(join(app, "src/app/big"));
  writeFileSync(join(app, "src/app/layout.tsx"), LAYOUT);
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const next = join(ui, "node_modules/next/dist/bin/next");
  server = spawn(process.execPath, [next, "dev", "-H", "127.0.0.1", "-p", String(port)], {
    cwd: app,
    env: {
      ...process.env,
      NODE_ENV: "development",
      NEXT_TELEMETRY_DISABLED: "1",
      NODE_OPTIONS: `--max-old-space-size=${heap()} --require=${join(app, "server/dev.cjs")}`,
      ALLOWED_DEV_ORIGINS: `localhost,127.0.0.1,${NODE}`,
    },
    stdio: ["ignore", "ignore", "inherit"],
    detached: true, // a group of its own, with the server that it starts
  });
  await untilListening(`${url}/robots.txt`, server);
}, 60_000);

afterAll(async () => {
  const ended = once(server, "exit");
  process.kill(-(server.pid ?? 0), "SIGKILL");
  await ended;
  rmSync(app, { recursive: true, force: true, maxRetries: 5 });
});

/** Client components with enough data that the compiler has work to do. */
function writeBigPage(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const numbers = Array.from({ length: COMPONENTS }, (_, number) => number);
  const values = JSON.stringify(Array.from({ length: 2000 }, (_, value) => value));
  for (const n of numbers) {
    const text = `"use client";\nconst values = ${values};\nexport function C${n}() { return <i>{values.length}</i>; }\n`;
    writeFileSync(join(folder, `c${n}.tsx`), text);
  }
  const imports = numbers.map((n) => `import { C${n} } from "./c${n}";\n`).join("");
  const body = numbers.map((n) => `<C${n} />`).join("");
  writeFileSync(
    join(folder, "page.tsx"),
    `${imports}export default function Page() { return <>${body}</>; }\n`,
  );
}

/** MiB, as in the image. */
function heap(): string {
  const found = /max-old-space-size=(\d+)/.exec(readFileSync(join(ui, "Dockerfile"), "utf8"));
  return found?.[1] ?? "";
}

/** Bytes that a development pod may use. */
function limit(): number {
  const manifest = readFileSync(join(ui, "../deploy/overlays/dev/frontend.yaml"), "utf8");
  const found = /limits:\s+cpu: \S+\s+memory: (\d+)Gi/.exec(manifest);
  return Number(found?.[1]) * 2 ** 30;
}

/** Bytes: the peaks of a process and of all that it started. */
function peak(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  const own = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
  return children.reduce((sum, child) => sum + peak(Number(child)), own);
}

/** The status with which the socket of hot updates is opened on a page of this origin; 0 if it is closed. */
function socketStatus(origin: string): Promise<number> {
  return new Promise((resolve) => {
    const opening = request(`${url}/_next/hmr`, {
      headers: {
        Host: new URL(origin).host,
        Origin: origin,
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==",
      },
    });
    opening.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    opening.on("response", (response) => resolve(response.statusCode ?? 0));
    opening.on("error", () => resolve(0));
    opening.end();
  });
}

it.each([`http://localhost:30080`, `http://${NODE}:30080`])(
  "sends hot updates to a page on %s",
  async (origin) => {
    expect(await socketStatus(origin)).toBe(101);
  },
);

it("sends none to a page of another host", async () => {
  expect(await socketStatus("http://other.example")).not.toBe(101);
});

it.skipIf(!existsSync("/proc/self/status"))(
  `serves a page of ${COMPONENTS} components within a pod's memory`,
  async () => {
    const answer = await fetch(`${url}/big`);
    expect(answer.status).toBe(200);
    expect((await answer.text()).split("<i>2000</i>").length - 1).toBeGreaterThanOrEqual(COMPONENTS);
    expect(limit()).toBeGreaterThan(2 ** 30);
    expect(peak(server.pid ?? 0)).toBeLessThan(limit());
    expect(server.exitCode).toBeNull();
  },
  120_000,
);
