/**
 * The toasts on screen. A plain store, so that any module can show one without being a component.
 */
import { useSyncExternalStore } from "react";

export type Toast = {
  id: number;
  kind: "info" | "error";
  message: string;
  /** A second, quieter line, such as a request id. */
  note?: string;
  action?: { label: string; run: () => void; undo?: boolean };
  /** Milliseconds on screen. */
  lifetime: number;
};

const LIFETIME = { info: 8_000, error: 12_000 };
const MAX_TOASTS = 3;

let toasts: readonly Toast[] = [];
const none: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function publish(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function showToast(toast: Omit<Toast, "id" | "lifetime"> & { lifetime?: number }): void {
  const added: Toast = { lifetime: LIFETIME[toast.kind], ...toast, id: nextId++ };
  publish([...toasts, added].slice(-MAX_TOASTS));
}

export function dismissToast(id: number): void {
  publish(toasts.filter((toast) => toast.id !== id));
}

/** For signing out: the next user has nothing to undo. */
export function clearToasts(): void {
  publish([]);
}

/** Runs the newest undo still on screen; false when there is none. */
export function undoLast(): boolean {
  const toast = toasts.findLast(({ action }) => action?.undo);
  if (!toast) return false;
  dismissToast(toast.id);
  toast.action?.run();
  return true;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    subscribe,
    () => toasts,
    () => none,
  );
}
