// @vitest-environment happy-dom
/**
 * Random days of a person: adds, edits, lost requests, lost answers, reloads, session ends and a second device. In the
 * end no text is lost, nothing was applied twice, and the order was kept.
 */
import fc from "fast-check";
import { beforeEach, expect, it, vi } from "vitest";
import { EMPTY_BOX, isStuck, serverId } from "@/features/outbox/entry";
import { createOutbox, type Outbox } from "@/features/outbox/outbox";
import { unlisted, withEntries } from "@/features/outbox/overlay";
import { indexedDbStorage } from "@/features/outbox/storage";
import { FakeServer, type Fate } from "./fake-server";

type Step =
  | { do: "add" }
  | { do: "notes" | "tag"; task: number }
  | { do: "elsewhere"; task: number; field: "notes" | "priority" }
  | { do: "fail"; fates: Fate[] }
  | { do: "reload" | "sign-in" | "wait" };

const task = fc.nat(1);
const fate = fc.constantFrom<Fate>("ok", "request-lost", "answer-lost", "busy", "signed-out");
const fates = fc.array(fate, { minLength: 1, maxLength: 4 });
const field = fc.constantFrom("notes" as const, "priority" as const);
/** Writing is the most frequent: it is where texts are replaced, joined and compared. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Step>({ do: "add" }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("notes" as const), task }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("tag" as const), task }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("elsewhere" as const), task, field }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("fail" as const), fates }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom("wait" as const, "reload" as const, "sign-in" as const) }),
  },
);

const day = fc.array(fc.tuple(step, fc.nat(20)), { minLength: 3, maxLength: 25 });
let people = 0;

/** Milliseconds of timers; IndexedDB takes its own, real, time. */
async function pass(milliseconds: number): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await vi.advanceTimersByTimeAsync(milliseconds / 10);
    await ticks(20);
  }
}

async function ticks(count: number): Promise<void> {
  for (let tick = 0; tick < count; tick += 1) await new Promise((done) => setImmediate(done));
}

/** The page of one person; a reload is another one with the same store. */
class Day {
  readonly server = new FakeServer();
  readonly owner = `person-${people++}`;
  readonly storage = indexedDbStorage();
  /** The ids under which the page has first known its tasks. */
  readonly ids: string[] = [];
  readonly typed = new Map<string, string[]>();
  readonly keys: string[] = [];
  box = EMPTY_BOX;
  outbox: Outbox = this.open();
  private texts = 0;

  open(): Outbox {
    const outbox = createOutbox({
      owner: this.owner,
      storage: this.storage,
      send: (entry, box) => this.server.send(entry, box),
      exclusively: (run) => run(),
      onBox: (box) => {
        if (this.outbox === outbox || !this.outbox) this.box = box;
      },
      onConfirmed: async () => undefined,
    });
    return outbox;
  }

  /** The next step follows after a while, long enough or not for what is under way. */
  async take(step: Step, pause: number): Promise<void> {
    await this.act(step);
    await ticks(pause);
  }

  private async act(step: Step): Promise<void> {
    if (step.do === "add") this.add();
    else if (step.do === "notes") this.write(step.task);
    else if (step.do === "tag") this.tag(step.task);
    else if (step.do === "elsewhere") this.elsewhere(step.task, step.field);
    else if (step.do === "fail") this.server.fates.push(...step.fates);
    else if (step.do === "wait") await pass(2_000);
    else await this.restart(step.do === "reload");
  }

  async restart(reload: boolean): Promise<void> {
    if (reload) {
      // Nothing that is under way is waited for: the page is gone.
      this.outbox.stop();
      this.outbox = this.open();
    }
    await this.outbox.start();
  }

  private add(): void {
    const title = `task ${++this.texts}`;
    const { id, key } = this.outbox.add({ kind: "create", task: { title } });
    this.ids.push(id);
    this.keys.push(key);
  }

  /** The task as the page shows it. */
  shown(id: string) {
    const known = serverId(this.box, id);
    const fetched = known ? this.server.tasks.get(known) : undefined;
    const entries = this.box.entries.map((entry) => ({
      ...entry,
      ids: entry.ids.map((own) => serverId(this.box, own) ?? own),
    }));
    const own = unlisted(entries).find((other) => other.id === id);
    const found = fetched ?? own;
    return found && withEntries([found], entries)[0];
  }

  private write(index: number): void {
    const id = this.ids[index];
    if (!id) return;
    const seen = this.shown(id);
    const own = this.typed.get(id) ?? [];
    const before = seen?.notes ?? "";
    const notes = `${before}<${++this.texts}>`;
    const base = { version: seen?.version ?? 0, texts: { notes: before } };
    this.outbox.add({ kind: "update", patch: { notes }, base }, [id]);
    this.typed.set(id, [...own, `<${this.texts}>`]);
  }

  private tag(index: number): void {
    const id = this.ids[index];
    if (!id) return;
    this.keys.push(this.outbox.add({ kind: "update", patch: { add_tags: [`t${++this.texts}`] } }, [id]).key);
    this.tags.set(id, [...(this.tags.get(id) ?? []), `t${this.texts}`]);
  }

  readonly tags = new Map<string, string[]>();

  private elsewhere(index: number, field: "notes" | "priority"): void {
    const id = this.ids[index];
    const known = id && serverId(this.box, id);
    if (!known) return;
    if (field === "priority") {
      this.server.elsewhere(known, { priority: "high" });
      return;
    }
    const text = `{${++this.texts}}`;
    this.server.elsewhere(known, { notes: `${this.server.tasks.get(known)?.notes}${text}` });
    this.typed.set(id, [...(this.typed.get(id) ?? []), text]);
  }

  /** All connections work again, the person signs in, and keeps both texts of each conflict. */
  async evening(): Promise<void> {
    this.server.fates = [];
    await this.restart(true);
    for (let round = 0; round < 20 && this.box.entries.length; round += 1) {
      await pass(120_000);
      for (const entry of this.box.entries.filter(isStuck)) {
        if (entry.trouble?.kind !== "conflict" || entry.change.kind !== "update") continue;
        const both = `${entry.trouble.current?.notes}\n${entry.change.patch.notes}`;
        await this.outbox.decide(entry.key, { notes: both });
      }
    }
  }
}

beforeEach(() => {
  window.localStorage.clear();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

it("loses no text, applies nothing twice and keeps the order, whatever happens in a day", async () => {
  await fc.assert(
    fc.asyncProperty(day, async (steps) => {
      const person = new Day();
      await person.outbox.start();
      await person.take({ do: "add" }, 0);
      for (const [each, pause] of steps) await person.take(each, pause);
      await person.evening();
      person.outbox.stop();

      expect(person.box.entries).toEqual([]);
      expect(person.server.tasks.size).toBe(person.ids.length);
      const { applied } = person.server;
      expect(new Set(applied).size).toBe(applied.length);
      expect(applied.filter((key) => person.keys.includes(key))).toEqual(person.keys);
      for (const id of person.ids) {
        const saved = person.server.tasks.get(serverId(person.box, id) ?? "");
        for (const text of person.typed.get(id) ?? []) expect(saved?.notes).toContain(text);
        expect(saved?.tags).toEqual(person.tags.get(id) ?? []);
      }
    }),
    { numRuns: Number(process.env.OUTBOX_RUNS ?? 100) },
  );
});
