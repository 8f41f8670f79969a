/**
 * The outline of the app while the browser finds out who is signed in, and of the list while it loads.
 */
import { Wordmark } from "@/components/wordmark";

/** Classes, because the Content-Security-Policy refuses style attributes. */
const WIDTHS = ["w-3/5", "w-2/5", "w-2/3", "w-1/3", "w-1/2"];

export function ListSkeleton() {
  return (
    <div role="status" aria-label="Loading tasks" className="animate-pulse">
      <div className="mb-3 h-4 w-20 rounded bg-raised" />
      <div className="divide-y divide-line rounded-2xl border border-line bg-surface">
        {WIDTHS.map((width) => (
          <div key={width} className="flex items-center gap-3 px-4 py-3.5">
            <div className="size-5 rounded-full bg-raised" />
            <div className={`h-4 rounded bg-raised ${width}`} />
          </div>
        ))}
      </div>
    </div>
  );
}

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
