import { spawn } from "node:child_process";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";

const PRELOAD = join(import.meta.dirname, "../../server/dev.cjs");
/** Ends as `next dev` does. */
const SERVER = `
  const http = require("node:http");
  const server = http.createServer((_request, response) => {
    response.write("the beginning, ");
    process.once("message", () => response.end("the end"));
    process.send("begun");
  });
  process.on("SIGTERM", () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
    process.send("stopped");
  });
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
`;

let child: ReturnType<typeof spawn>;
afterEach(() => child.kill("SIGKILL"));

async function message<T>(): Promise<T> {
  const [content] = (await once(child, "message")) as [T];
  return content;
}

it("finishes an answer that is running when the server is stopped, then ends", async () => {
  child = spawn(process.execPath, ["--require", PRELOAD, "--eval", SERVER], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const request = get({ host: "127.0.0.1", port: await message<number>() });
  const answered = once(request, "response") as Promise<[IncomingMessage]>;
  await message();
  const [response] = await answered;
  const body = text(response);
  child.kill("SIGTERM");
  await message();
  child.send("go on");
  expect(await body).toBe("the beginning, the end");
  expect((await once(child, "exit"))[0]).toBe(0);
});
