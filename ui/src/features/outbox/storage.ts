/**
 * Stores the box in IndexedDB, one record per account. Each change is first written to localStorage, which is synchronous,
 * because a page that is being closed has no time for more.
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { type Box, EMPTY_BOX, type Entry } from "./entry";

export type BoxStorage = {
  /** Reads the box of an account, applies a change to it and stores the result, as one transaction. */
  change: (owner: string, change: (box: Box) => Box) => Promise<Box>;
};

interface Schema extends DBSchema {
  boxes: { key: string; value: Box };
}

export function indexedDbStorage(name = "todo-outbox"): BoxStorage {
  let opened: Promise<IDBPDatabase<Schema>> | null = null;
  const open = () => {
    opened ??= openDB<Schema>(name, 1, {
      upgrade: (database) => void database.createObjectStore("boxes"),
      // The browser closed the database, for example because its data was cleared.
      terminated: () => {
        opened = null;
      },
    });
    opened.catch(() => {
      opened = null;
    });
    return opened;
  };
  return {
    change: async (owner, change) => {
      const transaction = (await open()).transaction("boxes", "readwrite");
      const box = (await transaction.store.get(owner)) ?? EMPTY_BOX;
      const next = change(box);
      if (next !== box) await transaction.store.put(next, owner);
      await transaction.done;
      return next;
    },
  };
}

const JOURNAL = "todo.outbox.";
const journalKey = (owner: string, key: string) => `${JOURNAL}${owner}.${key}`;

/** Entries that never reached IndexedDB, in order. */
export function journalled(owner: string): Entry[] {
  const prefix = journalKey(owner, "");
  return Object.keys(window.localStorage)
    .filter((name) => name.startsWith(prefix))
    .map((name) => JSON.parse(window.localStorage.getItem(name) ?? "null") as Entry | null)
    .filter((entry) => entry !== null)
    .sort((a, b) => a.at.localeCompare(b.at));
}

export function writeJournal(owner: string, entry: Entry): void {
  try {
    window.localStorage.setItem(journalKey(owner, entry.key), JSON.stringify(entry));
  } catch {
    // The quota is full. IndexedDB gets the entry in a moment.
  }
}

export function clearJournal(owner: string, key: string): void {
  window.localStorage.removeItem(journalKey(owner, key));
}
