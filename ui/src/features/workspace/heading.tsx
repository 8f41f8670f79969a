"use client";

/**
 * What the page shows, and which day it is.
 */
import type { Filters } from "@/features/tasks/filters";
import { dateLocale } from "@/lib/dates";
import { currentView } from "./sidebar";

export function Heading({ filters, now }: { filters: Filters; now: Date }) {
  const title = filters.q ? `Search: ${filters.q}` : (currentView(filters)?.title ?? "Tasks");
  const today = now.toLocaleDateString(dateLocale(), { weekday: "long", day: "numeric", month: "long" });
  return (
    <header className="mb-6">
      <h1
        tabIndex={-1}
        data-focus-home
        className="font-semibold text-2xl tracking-tight outline-none wrap-anywhere"
      >
        {title}
      </h1>
      <p className="mt-0.5 text-faint">{today}</p>
    </header>
  );
}
