/**
 * Filters and the open task, read from and written to the address bar. `history` is used directly: the router
 * would ask the server for a page that doesn't change.
 */
import { usePathname, useSearchParams } from "next/navigation";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { useCurrentId } from "@/features/outbox/current";
import { type Filters, parseFilters, writeFilters } from "./filters";

type HistoryMethod = "pushState" | "replaceState";

/** Marks the history entry of the first opened task. Closing goes back past it. Next.js adds its own fields to it. */
const openedMark = () => ({ taskOpened: true });

function go(pathname: string, search: string, method: HistoryMethod, state: object | null = null): void {
  window.history[method](state, "", search ? `${pathname}?${search}` : pathname);
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

/** Adds one entry to the history, however many tasks are opened: one step back returns to the list. */
export function useOpenTask(): [string | null, (id: string | null) => void] {
  const params = useSearchParams();
  const pathname = usePathname();
  const openId = params.get("task");
  // Going back takes a moment. A second close must not go back twice, and a task opened meanwhile has to wait.
  const leaving = useRef(false);
  const next = useRef<string | null>(null);

  const open = useCallback(
    (id: string | null) => {
      if (leaving.current) {
        next.current = id;
        return;
      }
      const search = new URLSearchParams(window.location.search);
      const isOpen = search.has("task");
      const added = Boolean(window.history.state?.taskOpened);
      if (id) {
        search.set("task", id);
        const mark = added || !isOpen ? openedMark() : null;
        go(pathname, search.toString(), isOpen ? "replaceState" : "pushState", mark);
      } else if (added) {
        leaving.current = true;
        window.history.back();
      } else if (isOpen) {
        search.delete("task");
        go(pathname, search.toString(), "replaceState");
      }
    },
    [pathname],
  );
  useEffect(() => {
    if (openId) return;
    leaving.current = false;
    const waiting = next.current;
    next.current = null;
    if (waiting) open(waiting);
  }, [openId, open]);
  // A new task changes its id when the server confirms it.
  return [useCurrentId(openId), open];
}
