"use client";

/**
 * What every page needs in the browser: the query cache, the toasts, and respect for input methods.
 */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Toaster } from "@/components/toast/toaster";
import { ApiError } from "@/lib/api/errors";
import { leaveCompositionAlone } from "@/lib/composition";

/** Milliseconds. Long enough not to fetch the same list twice for one page, short enough to show changes of other tabs. */
const STALE_AFTER = 10_000;
const MAX_WAIT = 5_000;

function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_AFTER,
        retry: (failures, error) => failures < 2 && error instanceof ApiError && error.transient,
        retryDelay: (attempt, error) => {
          const asked = error instanceof ApiError ? (error.retryAfter ?? 0) * 1000 : 0;
          return Math.min(Math.max(asked, 400 * 2 ** attempt), MAX_WAIT);
        },
      },
    },
  });
}

export function Providers({ children }: { children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient);
  useEffect(leaveCompositionAlone, []);
  return (
    <QueryClientProvider client={queryClient}>
      {children}
      <Toaster />
    </QueryClientProvider>
  );
}
