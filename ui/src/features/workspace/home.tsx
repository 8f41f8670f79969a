"use client";

/**
 * The entrance to the app. The session exists in the browser only, and so does everything behind it. Rendering it on the
 * server too would compile it twice in development and show nothing sooner.
 */
import dynamic from "next/dynamic";
import { RequireSession } from "@/features/auth/components/require-session";
import { AppSkeleton } from "./app-skeleton";

const load = () => import("./task-app").then((module) => module.TaskApp);

// Fetched during the session check, not after it.
if (typeof window !== "undefined") void load();

const TaskApp = dynamic(load, { ssr: false, loading: AppSkeleton });

export function Home() {
  return (
    <RequireSession fallback={<AppSkeleton />}>
      <TaskApp />
    </RequireSession>
  );
}
