/**
 * The frame around the login and register forms.
 */
import { type ReactNode, Suspense } from "react";
import { ServiceFooter } from "@/components/service-footer";
import { Wordmark } from "@/components/wordmark";

export function AuthPage({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col px-4">
      <main className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center py-12">
        <Wordmark className="mb-8 self-center" />
        <div className="rounded-2xl border border-line bg-surface p-6 shadow-card sm:p-8">
          <Suspense>{children}</Suspense>
        </div>
      </main>
      <ServiceFooter />
    </div>
  );
}
