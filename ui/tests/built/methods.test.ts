import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawConnection } from "../server/raw-request";
import { startUpstream, type Upstream } from "../server/upstream";
import { type Standalone, startStandalone } from "./standalone";

let upstream: Upstream;
let ui: Standalone;

beforeAll(async () => {
  upstream = await startUpstream(({ method }, response) => {
    if (method === "OPTIONS") response.writeHead(204, { allow: "GET, HEAD, OPTIONS, POST" }).end();
    else
      response.writeHead(200, { "content-type": "application/json", "x-method": method }).end('{"items":[]}');
  });
  ui = await startStandalone({ NEXT_PUBLIC_API_URL: upstream.url });
});
afterAll(async () => {
  ui.stop();
  await upstream.close();
});

describe("the methods of the proxy", () => {
  it("OPTIONS is the API's own answer, with its Allow", async () => {
    const answer = await fetch(`${ui.url}/api/v1/tasks`, { method: "OPTIONS" });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("allow")).toBe("GET, HEAD, OPTIONS, POST");
  });

  it("HEAD is passed to the API, and its answer has no body", async () => {
    const answer = await fetch(`${ui.url}/api/v1/tasks`, { method: "HEAD" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-method")).toBe("HEAD");
    expect(await answer.text()).toBe("");
  });

  it.each([
    ["TRACE /", "GET, HEAD"],
    ["TRACE /login?next=x", "GET, HEAD"],
    ["TRACE /api/v1/tasks", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"],
    ["OPTIONS *", "GET, HEAD"],
  ])("%s is answered with 405 and problem details", async (target, allow) => {
    const client = new RawConnection(ui.url).send(
      `${target} HTTP/1.1\r\nHost: ui\r\nX-Request-ID: t-1\r\n\r\n`,
    );
    const { status, headers, body } = await client.answer();
    expect(status).toBe(405);
    expect(headers.get("allow")).toBe(allow);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(headers.get("x-request-id")).toBe("t-1");
    expect(JSON.parse(body)).toMatchObject({ status: 405, request_id: "t-1" });
  });

  it("what is not HTTP is answered with 400 and problem details", async () => {
    const { status, headers } = await new RawConnection(ui.url).send("NONSENSE\r\n\r\n").answer();
    expect(status).toBe(400);
    expect(headers.get("content-type")).toBe("application/problem+json");
  });
});
