/**
 * The outline of the list while it loads.
 */

/** Classes, because the Content-Security-Policy refuses style attributes. */
const WIDTHS = ["w-3/5", "w-2/5", "w-2/3", "w-1/3", "w-1/2"];

export function ListSkeleton() {
  return (
    <div role="status" aria-busy="true" aria-label="Loading tasks" className="animate-pulse">
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
