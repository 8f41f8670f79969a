/**
 * Sends the changes of one account, one after the other, until the server has confirmed each. Knows neither React nor
 * HTTP: its transport, store and timers are passed in.
 */
import type { Task } from "@/lib/api/types";
import { randomId } from "@/lib/random-id";
import { type Box, type Change, EMPTY_BOX, type Entry, isLocal, localId, type Texts } from "./entry";
import { judge } from "./failure";
import * as rules from "./rules";
import { type BoxStorage, clearJournal, journalled, writeJournal } from "./storage";

/** `gone`: how many of the tasks no longer existed. */
export type Answer = { task?: Task; tasks?: Task[]; changeId?: string; gone?: number };

export type OutboxOptions = {
  owner: string;
  storage: BoxStorage;
  /** Sends one change. @throws ApiError */
  send: (entry: Entry, box: Box) => Promise<Answer>;
  /** Runs it in only one tab of this account at a time. */
  exclusively: (run: () => Promise<void>) => Promise<void>;
  /** Called when the page's copy of the box has changed. */
  onBox: (box: Box) => void;
  /** Called before the entry leaves the box, so that the page never shows the old state. */
  onConfirmed: (entry: Entry, answer: Answer) => Promise<void>;
  onRefused?: (entry: Entry) => void;
  /** Called when nothing is left to send. */
  onIdle?: () => void;
};

export type Outbox = ReturnType<typeof createOutbox>;

export function createOutbox(options: OutboxOptions) {
  const { owner, storage, send, exclusively, onBox, onConfirmed } = options;
  let stored: Box = EMPTY_BOX;
  /** Changes of the box that are not stored yet. */
  let pending: ((box: Box) => Box)[] = [];
  let running = false;
  let draining = false;
  let wanted = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const view = () => pending.reduce((box, change) => change(box), stored);
  const publish = () => onBox(view());

  async function change(how: (box: Box) => Box): Promise<Box> {
    pending = [...pending, how];
    publish();
    try {
      stored = await storage.change(owner, how);
    } catch {
      // Without a store (a private window, a full disk) the box lives as long as the page.
      stored = how(stored);
    }
    pending = pending.filter((other) => other !== how);
    publish();
    return stored;
  }

  /** Makes one attempt. @returns milliseconds until the next one, or null if there is nothing to send. */
  async function attempt(): Promise<number | null> {
    const entry = rules.nextEntry(await change((box) => box));
    if (!entry) return null;
    const box = await change((before) => rules.started(before, entry.key));
    const sent = box.entries.find(({ key }) => key === entry.key);
    if (!sent) return 0;
    // Stopped meanwhile: by now another account may be signed in, which must not get this one's tasks.
    if (!running) return null;
    try {
      const answer = await send(sent, box);
      if (!running) return null;
      await onConfirmed(sent, answer);
      const { task, changeId } = answer;
      const taskId = sent.change.kind === "create" ? task?.id : undefined;
      await change((before) => rules.confirmed(before, sent.key, { taskId, changeId }, task));
      return 0;
    } catch (error) {
      return failed(sent, error);
    }
  }

  async function failed(entry: Entry, error: unknown): Promise<number | null> {
    const verdict = judge(error, entry);
    if (verdict.what === "signed-out") {
      running = false;
      return null;
    }
    const newKey = randomId();
    await change((box) =>
      verdict.what === "stale"
        ? rules.stale(box, entry.key, verdict.current, newKey, verdict.trouble)
        : rules.troubled(box, entry.key, verdict.trouble),
    );
    if (verdict.what === "again") return verdict.pause;
    if (verdict.what === "refused") options.onRefused?.(entry);
    return 0;
  }

  async function drain(): Promise<void> {
    let pause: number | null = 0;
    while (running && pause === 0) pause = await attempt();
    if (!running) return;
    if (pause === null) options.onIdle?.();
    else timer = setTimeout(kick, pause);
  }

  /** Sends immediately. */
  function kick(): void {
    clearTimeout(timer);
    wanted = true;
    if (!running || draining) return;
    draining = true;
    void (async () => {
      while (running && wanted) {
        wanted = false;
        await exclusively(drain);
      }
      draining = false;
    })();
  }

  return {
    owner,
    box: view,
    /** Loads what an earlier page has left and starts to send. */
    start: async () => {
      running = true;
      for (const entry of journalled(owner)) {
        await change((box) => rules.added(box, entry));
        clearJournal(owner, entry.key);
      }
      await change((box) => box);
      kick();
    },
    stop: () => {
      running = false;
      clearTimeout(timer);
    },
    kick,
    /** Call it when another tab has changed the box. */
    reload: () => change((box) => box).then(kick),
    /** @returns the key of the change, and the id of a new task. */
    add: (made: Change, ids: readonly string[] = []): { key: string; id: string; stored: Promise<void> } => {
      const key = randomId();
      const id = ids[0] ?? localId(key);
      const entry: Entry = {
        key,
        ids: made.kind === "create" ? [id] : [...ids],
        change: made,
        at: new Date().toISOString(),
        attempts: 0,
      };
      writeJournal(owner, entry);
      const done = change((box) => rules.added(box, entry)).then(() => {
        clearJournal(owner, key);
        kick();
      });
      return { key, id, stored: done };
    },
    retry: (key: string) => change((box) => rules.again(box, key)).then(kick),
    discard: (key: string) => change((box) => rules.discarded(box, key)).then(kick),
    decide: (key: string, texts: Texts | null) => {
      const newKey = randomId();
      return change((box) => rules.decided(box, key, texts, newKey)).then(kick);
    },
  };
}

/** The server's ids, without those of tasks that it does not know yet. */
export function serverIds(box: Box, ids: readonly string[]): string[] {
  return ids.flatMap((id) => {
    const known = isLocal(id) ? box.outcomes[id.slice(localId("").length)]?.taskId : id;
    return known ? [known] : [];
  });
}
