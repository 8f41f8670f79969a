import { describe, expect, it } from "vitest";
import { readEvents } from "@/features/chat/events";
import { bodyOf, collect, DONE, wire } from "./stream";

const TWO = wire("text", { delta: "Grüße 👋" }) + wire("done", DONE);

describe("reading an answer", () => {
  it("does not depend on where the network cuts it, be it in the middle of a character", async () => {
    const bytes = new TextEncoder().encode(TWO);
    const whole = await collect(readEvents(bodyOf([TWO])));
    expect(whole).toEqual([
      { name: "text", data: { delta: "Grüße 👋" } },
      { name: "done", data: DONE },
    ]);
    for (const size of [1, 2, 3, 7]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.slice(index * size, (index + 1) * size),
      );
      expect(await collect(readEvents(bodyOf(pieces)))).toEqual(whole);
    }
  });

  it("joins data of several lines, with any kind of line end", async () => {
    const pieces = [
      'event: text\r\ndata: {"delta":\r\ndata: "a"}\r\n\r\n',
      'event: text\rdata: {"delta": "b"}\r\r',
      ": end\n\n",
    ];
    const events = await collect(readEvents(bodyOf(pieces)));
    expect(events.map(({ data }) => data)).toEqual([{ delta: "a" }, { delta: "b" }]);
  });

  it("passes over comments, unknown events, and an event that was never finished", async () => {
    const pieces = [
      ": keep-alive\n\n",
      "event: weather\ndata: sunny\n\n",
      "data: nameless\n\n",
      'event: text\ndata: {"del',
    ];
    expect(await collect(readEvents(bodyOf(pieces)))).toEqual([]);
  });

  it("hands on each event as it arrives, and what breaks the connection", async () => {
    const events = readEvents(bodyOf([wire("text", { delta: "a" })], "breaks"));
    expect((await events.next()).value).toMatchObject({ data: { delta: "a" } });
    await expect(events.next()).rejects.toThrow("network error");
  });
});
