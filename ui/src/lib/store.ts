/**
 * State outside of React that components can subscribe to. Any module can change it without being a component.
 */
import { useSyncExternalStore } from "react";

export type Store<T> = {
  read: () => T;
  write: (value: T) => void;
  /** The value, in a component. During server rendering and hydration it is the initial one. */
  use: () => T;
  /** A part of it. The component renders again only when that part changes. */
  useSelected: <S>(select: (value: T) => S) => S;
};

export function createStore<T>(initial: T): Store<T> {
  let current = initial;
  const { subscribe, notify } = createListeners();
  return {
    read: () => current,
    write: (value) => {
      current = value;
      notify();
    },
    use: () =>
      useSyncExternalStore(
        subscribe,
        () => current,
        () => initial,
      ),
    useSelected: (select) =>
      useSyncExternalStore(
        subscribe,
        () => select(current),
        () => select(initial),
      ),
  };
}

/** For state that the browser keeps: its own events notify the subscribers as well. */
export function createListeners(...events: string[]) {
  const listeners = new Set<() => void>();
  return {
    notify: () => {
      for (const listener of listeners) listener();
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      for (const event of events) window.addEventListener(event, listener);
      return () => {
        listeners.delete(listener);
        for (const event of events) window.removeEventListener(event, listener);
      };
    },
  };
}
