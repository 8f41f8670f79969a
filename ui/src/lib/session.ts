/**
 * The signed-in user and the token, kept in localStorage. Nothing else reads or writes it, so that moving
 * the token into an httpOnly cookie later is a change of this file and of the proxy.
 */
import { useSyncExternalStore } from "react";
import type { Session as SessionAnswer, User } from "@/lib/api/types";
import { createListeners } from "@/lib/store";

export type StoredSession = {
  token: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  user: User;
};

const KEY = "todo.session";
/** Ends a session a little before the API does, so that no request is sent in vain. */
const SAFETY_MARGIN = 5_000;

// Signing in or out in one tab does so in the others. A page that wakes up checks the clock, because no timer runs
// while a laptop sleeps.
const { subscribe, notify } = createListeners("storage", "visibilitychange", "focus", "pageshow");
let cache: { raw: string | null; session: StoredSession | null } = { raw: null, session: null };
let endedBecause: "expired" | "signed-out" | null = null;

/** The current session, or null when there is none or it has expired. */
export function readSession(): StoredSession | null {
  if (typeof window === "undefined") return null;
  const raw = window.localStorage.getItem(KEY);
  if (raw !== cache.raw) cache = { raw, session: parse(raw) };
  if (cache.session && cache.session.expiresAt - SAFETY_MARGIN <= Date.now()) {
    endedBecause = "expired";
    return null;
  }
  return cache.session;
}

function parse(raw: string | null): StoredSession | null {
  if (!raw) return null;
  try {
    const value = JSON.parse(raw) as StoredSession;
    return value.token && value.user?.id && value.expiresAt ? value : null;
  } catch {
    return null;
  }
}

export function startSession(answer: SessionAnswer): void {
  const session = {
    token: answer.access_token,
    expiresAt: Date.now() + answer.expires_in * 1000,
    user: answer.user,
  };
  endedBecause = null;
  window.localStorage.setItem(KEY, JSON.stringify(session satisfies StoredSession));
  notify();
}

export function endSession(reason: "expired" | "signed-out"): void {
  endedBecause = reason;
  window.localStorage.removeItem(KEY);
  notify();
}

/** Why the last session ended. The login page explains itself accordingly. */
export function reasonForEnd(): typeof endedBecause {
  return endedBecause;
}

/** `undefined` until the browser has reported it (during server rendering and hydration). */
export function useSession(): StoredSession | null | undefined {
  return useSyncExternalStore(subscribe, readSession, () => undefined);
}
