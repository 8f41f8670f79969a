import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

type Options = {
  count: number;
  /** Milliseconds between an answer and the next request. */
  thinkTime: number;
  path?: string;
};

export type Counts = { done: number; lost: number; ports: number };

/**
 * Keep-alive clients on bare sockets, without any retry. Each asks again and again on its connection, and opens the next
 * one, at whatever port the target then has, only when an answer said "Connection: close". A request on a connection
 * that was closed without that word is lost.
 */
export function runClients(target: { port: number }, options: Options) {
  let running = true;
  let done = 0;
  let lost = 0;
  const ports = new Set<number>();

  async function client(): Promise<void> {
    while (running) {
      const { port } = target;
      const socket = await open(port);
      ports.add(port);
      let usable = true;
      while (running && usable) {
        const answer = await ask(socket, options.path ?? "/");
        if (answer === null) lost += 1;
        else done += 1;
        usable = answer !== null && !/^connection: close/im.test(answer);
        await delay(options.thinkTime);
      }
      socket.destroy();
    }
  }

  const all = Array.from({ length: options.count }, client);
  return {
    async stop(): Promise<Counts> {
      running = false;
      await Promise.all(all);
      return { done, lost, ports: ports.size };
    },
  };
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.once("error", reject);
  });
}

/** The whole answer, or null when the connection ended first. Answers have a length and fit into one or two packets. */
function ask(socket: Socket, path: string): Promise<string | null> {
  return new Promise((resolve) => {
    let answer = "";
    const finish = (result: string | null) => {
      socket.removeAllListeners();
      socket.on("error", () => undefined);
      resolve(result);
    };
    socket.on("data", (chunk) => {
      answer += chunk;
      const [head, body] = answer.split("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(head ?? "")?.[1] ?? Number.NaN);
      if ((body?.length ?? -1) >= length) finish(head ?? "");
    });
    socket.on("close", () => finish(null));
    socket.on("end", () => finish(null));
    socket.on("error", () => finish(null));
    if (socket.destroyed || socket.readableEnded || !socket.writable) finish(null);
    else socket.write(`GET ${path} HTTP/1.1\r\nhost: test\r\n\r\n`);
  });
}
