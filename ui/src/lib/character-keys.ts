/**
 * Whether single characters are shortcuts. The browser remembers the choice.
 */
import { useSyncExternalStore } from "react";
import { createListeners } from "./store";

const KEY = "todo.character-keys";
const OFF = "off";
const { subscribe, notify } = createListeners("storage");

export const characterKeys = {
  read: (): boolean => window.localStorage.getItem(KEY) !== OFF,
  write: (on: boolean): void => {
    if (on) window.localStorage.removeItem(KEY);
    else window.localStorage.setItem(KEY, OFF);
    notify();
  },
  use: (): boolean => useSyncExternalStore(subscribe, characterKeys.read, () => true),
};
