import Link from "next/link";
import { Wordmark } from "@/components/wordmark";

export default function NotFound() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col items-center justify-center gap-3 px-4 text-center">
      <Wordmark className="mb-4" />
      <h1 className="font-semibold text-xl">There is nothing here</h1>
      <p className="text-soft">The address may be mistyped, or the page no longer exists.</p>
      <Link href="/" className="font-medium text-accent underline-offset-4 hover:underline">
        Go to your tasks
      </Link>
    </main>
  );
}
