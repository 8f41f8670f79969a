/**
 * One error type for everything that can go wrong between the browser and the API.
 */

export class ApiError extends Error {
  override name = "ApiError";

  constructor(
    /** HTTP status, or 0 when no answer arrived. */
    readonly status: number,
    message: string,
    readonly requestId?: string,
    /** Messages per request field, from a 422. */
    readonly fields: Record<string, string> = {},
    /** Seconds the API asked to wait. */
    readonly retryAfter?: number,
    /** The API's own name for the problem, if the status alone is ambiguous. */
    readonly kind?: string,
  ) {
    super(message);
  }

  /** Worth trying again without changing anything. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export type ProblemDetails = {
  type?: string;
  title?: string;
  detail?: string;
  request_id?: string;
  errors?: { loc: (string | number)[]; msg: string }[] | null;
};

const KIND = "urn:todo:problem:";

export function kindOf({ type }: ProblemDetails): string | undefined {
  return type?.startsWith(KIND) ? type.slice(KIND.length) : undefined;
}

export function errorFromProblem(body: unknown, response: Response): ApiError {
  const problem: ProblemDetails = body && typeof body === "object" ? body : {};
  const message = problem.detail || problem.title || `The server answered with status ${response.status}.`;
  const requestId = problem.request_id ?? response.headers.get("x-request-id") ?? undefined;
  const fields: Record<string, string> = {};
  for (const { loc, msg } of problem.errors ?? []) fields[String(loc.at(-1))] ??= msg;
  const retryAfter = Number(response.headers.get("retry-after")) || undefined;
  return new ApiError(response.status, message, requestId, fields, retryAfter, kindOf(problem));
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(0, "The server can't be reached. Check your connection and try again.");
}
