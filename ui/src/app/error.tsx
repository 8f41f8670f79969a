"use client";

import { Button } from "@/components/button";

/** Shown in place of a page that failed while rendering. Typed text is kept as a draft. */
export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col items-center justify-center gap-3 px-4 text-center">
      <h1 className="font-semibold text-xl">Something went wrong</h1>
      <p className="text-soft">This page could not be shown. Your tasks are safe.</p>
      {error.digest && <p className="text-faint text-xs">Error {error.digest}</p>}
      <Button look="primary" onClick={reset}>
        Try again
      </Button>
    </main>
  );
}
