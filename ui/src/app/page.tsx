import { Suspense } from "react";
import { RequireSession } from "@/features/auth/components/require-session";
import { AppSkeleton } from "@/features/tasks/components/app-skeleton";
import { TaskApp } from "@/features/tasks/components/task-app";

export default function HomePage() {
  return (
    <RequireSession fallback={<AppSkeleton />}>
      <Suspense fallback={<AppSkeleton />}>
        <TaskApp />
      </Suspense>
    </RequireSession>
  );
}
