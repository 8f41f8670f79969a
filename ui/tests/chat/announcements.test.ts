import { expect, it } from "vitest";
import { announcements, sentences } from "@/features/chat/announcements";
import { converse, EMPTY } from "@/features/chat/conversation";
import { CONFIRMATION } from "./stream";

it("speaks in whole sentences, the last one when it is complete", () => {
  expect(sentences("I added milk. It is due at 3.30 and", false)).toEqual(["I added milk."]);
  expect(sentences("I added milk. It is due at 3.30 and", true)).toEqual([
    "I added milk.",
    "It is due at 3.30 and",
  ]);
  expect(sentences("Two:\n- milk\n- bread", true)).toEqual(["Two:", "- milk", "- bread"]);
  expect(sentences("", true)).toEqual([]);
});

it("tells that a confirmation is waited for", () => {
  const sent = converse(EMPTY, { type: "sent", id: "a", message: "Delete all" });
  const asked = converse(sent, {
    type: "event",
    id: "a",
    event: { name: "needs_confirmation", data: CONFIRMATION },
  });
  const [exchange] = asked.exchanges;
  expect(exchange && announcements(exchange)).toMatchObject([
    { text: expect.stringContaining("waiting for your confirmation") },
  ]);
});
