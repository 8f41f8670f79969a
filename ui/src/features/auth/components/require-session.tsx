"use client";

/**
 * Shows its children to signed-in users and sends everyone else to the login page, which leads back.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect } from "react";
import { endSession, reasonForEnd, useSession } from "@/lib/session";
import { loginPath } from "../return-path";

/** Milliseconds; the longest delay that setTimeout supports. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export function RequireSession({ children, fallback }: { children: ReactNode; fallback: ReactNode }) {
  const session = useSession();
  const router = useRouter();
  const queryClient = useQueryClient();

  useEffect(() => {
    if (session !== null) return;
    queryClient.clear();
    const { pathname, search } = window.location;
    router.replace(loginPath(pathname + search, reasonForEnd() === "expired"));
  }, [session, router, queryClient]);

  useEffect(() => {
    if (!session) return;
    const remaining = Math.min(Math.max(session.expiresAt - Date.now(), 0), LONGEST_TIMEOUT);
    const timer = setTimeout(() => endSession("expired"), remaining);
    return () => clearTimeout(timer);
  }, [session]);

  return session ? children : fallback;
}
