"use client";

/**
 * Shows which pods answered last and whether a stand-in replaces the database.
 */
import { useAbout } from "@/lib/api/about";
import { useAnsweredBy } from "@/lib/api/answered-by";
import { asApiError } from "@/lib/api/errors";

export function ServiceFooter() {
  const about = useAbout();
  const answeredBy = useAnsweredBy();
  const apiPod = answeredBy.api ?? about.data?.pod;

  return (
    <footer className="flex flex-col items-center gap-2 py-5 text-center text-faint text-xs">
      {about.data?.standins.database && (
        <p className="rounded-full bg-warning-soft px-3 py-1 text-warning">
          Local stand-in database: data is gone after <code className="font-mono">tilt down</code>
        </p>
      )}
      {about.error && !about.data ? (
        <p>
          {asApiError(about.error).message}{" "}
          <button type="button" className="font-medium text-accent underline" onClick={() => about.refetch()}>
            Try again
          </button>
        </p>
      ) : (
        apiPod && (
          <p>
            Answered by <PodName name={apiPod} />
            {answeredBy.ui && (
              <>
                {" through "}
                <PodName name={answeredBy.ui} />
              </>
            )}
            {about.data && ` · version ${about.data.version}`}
          </p>
        )
      )}
    </footer>
  );
}

function PodName({ name }: { name: string }) {
  return <span className="whitespace-nowrap font-mono text-soft">{name}</span>;
}
