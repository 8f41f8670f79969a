// @vitest-environment happy-dom
import { expect, it } from "vitest";
import type { Entry } from "@/features/outbox/entry";
import { createOutbox } from "@/features/outbox/outbox";
import { indexedDbStorage } from "@/features/outbox/storage";

it("sends nothing any more once it is stopped: the next account's session must not carry it", async () => {
  const sent: Entry[] = [];
  const outbox = createOutbox({
    owner: "ada",
    storage: indexedDbStorage(),
    send: async (entry) => {
      sent.push(entry);
      return {};
    },
    exclusively: (run) => run(),
    onBox: ({ entries: [entry] }) => {
      if (entry?.attempts) outbox.stop();
    },
    onConfirmed: async () => undefined,
  });
  await outbox.start();
  await outbox.add({ kind: "create", task: { title: "Milk" } }).stored;
  await new Promise((done) => setTimeout(done, 50));
  expect(sent).toEqual([]);
  expect(outbox.box().entries).toHaveLength(1);
});
