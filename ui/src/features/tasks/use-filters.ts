/**
 * Filters and the open task, read from and written to the address bar. `history` is used directly: the router
 * would ask the server for a page that doesn't change.
 */
import { usePathname, useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import { type Filters, parseFilters, writeFilters } from "./filters";

type HistoryMethod = "pushState" | "replaceState";

function go(pathname: string, search: string, method: HistoryMethod): void {
  window.history[method](null, "", search ? `${pathname}?${search}` : pathname);
}

/** Each keystroke of a search replaces the history entry; a chosen view adds one, to go back to. */
export function useFilters(): [Filters, (change: Partial<Filters>, method?: HistoryMethod) => void] {
  const params = useSearchParams();
  const pathname = usePathname();
  const filters = useMemo(() => parseFilters(new URLSearchParams(params)), [params]);
  const update = useCallback(
    (change: Partial<Filters>, method: HistoryMethod = "pushState") => {
      const current = new URLSearchParams(window.location.search);
      go(pathname, writeFilters({ ...parseFilters(current), ...change }, current), method);
    },
    [pathname],
  );
  return [filters, update];
}

export function useOpenTask(): [string | null, (id: string | null) => void] {
  const params = useSearchParams();
  const pathname = usePathname();
  const open = useCallback(
    (id: string | null) => {
      const search = new URLSearchParams(window.location.search);
      if (id) search.set("task", id);
      else search.delete("task");
      go(pathname, search.toString(), "pushState");
    },
    [pathname],
  );
  return [params.get("task"), open];
}
