"use client";

/**
 * Whether data entered here is kept and, in the technical details, which pods answered last.
 */
import { useAbout } from "@/lib/api/about";
import { useAnsweredBy } from "@/lib/api/answered-by";
import { asApiError } from "@/lib/api/errors";
import { TechnicalDetails } from "./technical-details";

export function ServiceFooter() {
  const about = useAbout();
  const answeredBy = useAnsweredBy();
  const apiPod = answeredBy.api ?? about.data?.pod;

  const standin = about.data?.standins.database;
  return (
    <footer className="flex flex-col items-center gap-1 py-5 text-center text-faint text-xs">
      {standin && (
        <p className="rounded-full bg-warning-soft px-3 py-1 text-warning">
          This is a demo. Data that you enter here is not kept for long.
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
          <TechnicalDetails label="About this service">
            {standin && (
              <p>
                A local stand-in database. Its data is gone after <code className="font-mono">tilt down</code>
                .
              </p>
            )}
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
          </TechnicalDetails>
        )
      )}
    </footer>
  );
}

function PodName({ name }: { name: string }) {
  return <span className="whitespace-nowrap font-mono text-soft">{name}</span>;
}
