import { Button } from "@/components/button";
import { RequestId } from "@/components/technical-details";
import { asApiError } from "@/lib/api/errors";

/** The earlier conversation could not be loaded. A new message can still be sent. */
export function HistoryError({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { message, requestId } = asApiError(error);
  return (
    <div role="alert" className="m-4 rounded-xl border border-danger p-4 text-sm">
      <p className="font-semibold">The conversation could not be loaded</p>
      <p className="mt-1 text-soft">{message}</p>
      <RequestId id={requestId} />
      <Button className="mt-3" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}
