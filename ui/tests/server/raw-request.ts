import { connect, type Socket } from "node:net";

/** A connection that a test writes to byte by byte, and what has come back on it. */
export class RawConnection {
  readonly socket: Socket;
  private received = "";
  private readonly ended: Promise<string>;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect(Number(port), hostname);
    this.ended = new Promise((resolve) => {
      this.socket.on("data", (chunk) => {
        this.received += chunk;
      });
      this.socket.on("error", () => undefined);
      this.socket.on("close", () => resolve(this.received));
    });
  }

  send(data: string | Uint8Array): this {
    this.socket.write(data);
    return this;
  }

  /** The answer, once the server has closed the connection. */
  async answer(): Promise<{ status: number; headers: Headers; body: string }> {
    const [head = "", ...rest] = (await this.ended).split("\r\n\r\n");
    const [first = "", ...lines] = head.split("\r\n");
    const headers = new Headers(lines.map((line) => line.split(/: (.*)/).slice(0, 2) as [string, string]));
    const body = rest.join("\r\n\r\n");
    // A chunked body of one chunk: its length, itself, and the empty one.
    const chunked = headers.get("transfer-encoding") === "chunked";
    return {
      status: Number(first.split(" ")[1]),
      headers,
      body: chunked ? (body.split("\r\n")[1] ?? "") : body,
    };
  }
}
