/**
 * The outbox of the signed-in account, for the page: its state as a store, and the actions of the user.
 */
import { createStore } from "@/lib/store";
import {
  type Box,
  type Change,
  EMPTY_BOX,
  type Entry,
  firstId,
  resolved,
  serverId,
  type Texts,
  withWaiting,
} from "./entry";
import { exclusively } from "./exclusively";
import { type Answer, createOutbox, type Outbox } from "./outbox";
import { indexedDbStorage } from "./storage";
import { send } from "./transport";

type State = {
  box: Box;
  /** With the server's ids, where they are known. */
  entries: readonly Entry[];
};

const store = createStore<State>({ box: EMPTY_BOX, entries: [] });
const storage = indexedDbStorage();
let outbox: Outbox | null = null;

export type Listeners = {
  onConfirmed: (entry: Entry, answer: Answer) => Promise<void>;
  onRefused: (entry: Entry) => void;
  onIdle: () => void;
};

/** Starts to send the changes of the account. Returns a function that stops it. */
export function startOutbox(owner: string, listeners: Listeners): () => void {
  const channel = new BroadcastChannel(`todo-outbox.${owner}`);
  const stopped = outbox;
  stopped?.stop();
  const current = createOutbox({
    owner,
    storage,
    send,
    exclusively: (run) => exclusively(`todo-outbox.${owner}`, run),
    onBox: (box) => {
      if (outbox === current) {
        store.write({ box, entries: withWaiting(box.entries).map((entry) => resolved(box, entry)) });
      }
    },
    ...listeners,
    onConfirmed: async (entry, answer) => {
      await listeners.onConfirmed(entry, answer);
      channel.postMessage({ entry, answer });
    },
  });
  outbox = current;
  channel.onmessage = ({ data }: MessageEvent<{ entry: Entry; answer: Answer }>) => {
    void listeners.onConfirmed(data.entry, data.answer).then(current.reload).then(listeners.onIdle);
  };
  const kick = () => current.kick();
  const wakeUps = ["online", "focus", "pageshow"];
  for (const event of wakeUps) window.addEventListener(event, kick);
  void current.start();
  return () => {
    current.stop();
    channel.close();
    for (const event of wakeUps) window.removeEventListener(event, kick);
  };
}

/** Works after the end of the session too. The change is kept for the next session of the same account. */
export function addChange(change: Change, ids?: readonly string[]): { key: string; id: string } {
  if (!outbox) throw new Error("the outbox has not been started");
  return outbox.add(change, ids);
}

export const readBox = (): Box => store.read().box;
export const readEntries = (): readonly Entry[] => store.read().entries;
export const useEntries = (): readonly Entry[] => store.useSelected(({ entries }) => entries);

export const retryChange = (key: string): void => void outbox?.retry(key);
export const discardChange = (key: string): void => void outbox?.discard(key);
export const decideConflict = (key: string, texts: Texts | null): void => void outbox?.decide(key, texts);

/** The oldest change of the task that is not saved yet. */
export function useEntry(id: string): Entry | undefined {
  return store.useSelected(({ entries }) => entries.find(({ ids }) => ids.includes(id)));
}

/** A change of the task that could not be saved so far. */
export function useTroubled(id: string): Entry | undefined {
  return store.useSelected(({ entries }) => entries.find(({ ids, trouble }) => trouble && ids.includes(id)));
}

/** A change of one of the task's texts that conflicts with another device's. */
export function useConflict(id: string, name: keyof Texts): Entry | undefined {
  const entry = useTroubled(id);
  const clashes =
    entry?.trouble?.kind === "conflict" && entry.change.kind === "update" && name in entry.change.patch;
  return clashes ? entry : undefined;
}

/** For React's keys: stays the same when a new task gets its id, so that no field loses the focus. */
export const rowKey = (id: string): string => firstId(readBox(), id);
export const currentId = (id: string): string => serverId(readBox(), id) ?? id;
export const useCurrentId = (id: string | null): string | null =>
  store.useSelected(({ box }) => id && (serverId(box, id) ?? id));
