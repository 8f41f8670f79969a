/**
 * What follows from a failed attempt: the session is over, the change is sent again, or the user decides.
 */
import { ApiError, asApiError } from "@/lib/api/errors";
import type { Task } from "@/lib/api/types";
import type { Entry, Trouble } from "./entry";

/** Milliseconds. The pause doubles with each failure. */
const SHORTEST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
/** Attempts before the user decides. A request that always fails must not block all others indefinitely. */
const MOST_SERVER_ERRORS = 6;

const PASSING = new Set([0, 408, 425, 429, 502, 503, 504]);

/** A 409, which carries the server's current copy of the task. */
export class StaleError extends ApiError {
  constructor(
    error: ApiError,
    readonly current: Task,
  ) {
    super(error.status, error.message, error.requestId);
  }
}

export type Verdict =
  | { what: "signed-out" }
  | { what: "again"; trouble: Trouble; pause: number }
  | { what: "stale"; trouble: Trouble; current: Task }
  | { what: "refused"; trouble: Trouble };

export function judge(error: unknown, { attempts }: Entry): Verdict {
  const problem = asApiError(error);
  const { status, message, requestId, retryAfter } = problem;
  const trouble = { status, message: sentence(problem), requestId };
  if (status === 401) return { what: "signed-out" };
  if (problem instanceof StaleError)
    return { what: "stale", trouble: { ...trouble, kind: "refused" }, current: problem.current };
  if (PASSING.has(status) || (status >= 500 && attempts < MOST_SERVER_ERRORS)) {
    const pause = Math.max((retryAfter ?? 0) * 1000, pauseAfter(attempts));
    return { what: "again", trouble: { ...trouble, message, kind: "waiting" }, pause };
  }
  return { what: "refused", trouble: { ...trouble, kind: "refused" } };
}

/** Milliseconds. Spread by a fifth, so that many pages do not retry simultaneously. */
export function pauseAfter(failures: number): number {
  const pause = Math.min(SHORTEST_PAUSE * 2 ** Math.max(failures - 1, 0), LONGEST_PAUSE);
  return pause * (0.8 + Math.random() * 0.4);
}

function sentence({ status, message }: ApiError): string {
  if (status === 404) return "This task no longer exists.";
  if (status === 409) return "This task was changed on another device.";
  return message;
}
