/**
 * The outline of the app while the browser finds out who is signed in.
 */
import { Wordmark } from "@/components/wordmark";
import { ListSkeleton } from "@/features/tasks/components/list-skeleton";

export function AppSkeleton() {
  return (
    <div className="lg:grid lg:grid-cols-[15.5rem_minmax(0,1fr)]">
      <div className="hidden h-dvh border-line border-r p-5 lg:block">
        <Wordmark />
      </div>
      <main className="mx-auto w-full max-w-3xl px-4 pt-8 sm:px-8 lg:pt-12">
        <div className="mb-8 h-9 w-40 animate-pulse rounded-lg bg-raised" />
        <ListSkeleton />
      </main>
    </div>
  );
}
