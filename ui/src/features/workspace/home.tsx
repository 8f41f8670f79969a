"use client";

/**
 * The way into the app. Everything behind the session lives in the browser only, where the session is; rendering it
 * on the server as well would compile all of it twice in development and show nothing sooner.
 */
import dynamic from "next/dynamic";
import { RequireSession } from "@/features/auth/components/require-session";
import { AppSkeleton } from "./app-skeleton";

const load = () => import("./task-app").then((module) => module.TaskApp);

// Fetched beside the session check, not after it.
if (typeof window !== "undefined") void load();

const TaskApp = dynamic(load, { ssr: false, loading: AppSkeleton });

export function Home() {
  return (
    <RequireSession fallback={<AppSkeleton />}>
      <TaskApp />
    </RequireSession>
  );
}
