/**
 * The toasts on screen. A plain store, so that any module can show one without being a component.
 */
import { createStore } from "@/lib/store";

export type Toast = {
  id: number;
  kind: "info" | "error";
  message: string;
  action?: { label: string; run: () => void };
  /** Milliseconds on screen. */
  lifetime: number;
  /** What it speaks of. It leaves with it. */
  about?: object;
};

const LIFETIME = { info: 8_000, error: 12_000 };
const MAX_TOASTS = 3;

const store = createStore<readonly Toast[]>([]);
let nextId = 1;

export function showToast(toast: Omit<Toast, "id" | "lifetime"> & { lifetime?: number }): void {
  const added: Toast = { lifetime: LIFETIME[toast.kind], ...toast, id: nextId++ };
  store.write([...store.read(), added].slice(-MAX_TOASTS));
}

export function dismissToast(id: number): void {
  store.write(store.read().filter((toast) => toast.id !== id));
}

/** Dismiss the toasts about this. */
export function dismissAbout(about: object): void {
  store.write(store.read().filter((toast) => toast.about !== about));
}

/** For signing out: the next user has nothing to undo. */
export function clearToasts(): void {
  store.write([]);
}

export const useToasts = store.use;
