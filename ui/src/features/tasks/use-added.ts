/**
 * An added task is always seen: where the view does not show it, a toast says where it went, and leads there.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { showToast } from "@/components/toast/toast-store";
import { currentId } from "@/features/outbox/current";
import { localTimeZone } from "@/lib/dates";
import { findTask } from "./cache";
import { type Filters, NO_FILTERS, parseFilters } from "./filters";
import { fits, sectionOf } from "./fits";
import { focusTask, isOnScreen } from "./row-focus";
import { openSections } from "./sections";
import type { TaskList } from "./use-task-list";

type Change = (change: Partial<Filters>) => void;

export function useAdded(filters: Filters, onFilters: Change, list: TaskList): (id: string) => void {
  const client = useQueryClient();
  const seek = useSeek(filters, list);
  return (id) => {
    const now = new Date();
    const task = findTask(client, id);
    const section = task && sectionOf(task, now);
    if (!section) return;
    if (!fits(task, filters, now)) {
      const run = () => {
        onFilters({ ...NO_FILTERS, due: section.id });
        seek(id);
      };
      const message = `Added “${task.title}” to ${section.title}`;
      showToast({ kind: "info", message, action: { label: "Show", run } });
      return;
    }
    // A long list may have put its row out of sight. The toast has no title: it stands in the row.
    requestAnimationFrame(() => {
      if (isOnScreen(currentId(id)) !== false) return;
      const run = () => void focusTask(currentId(id));
      const place = openSections([task], filters.sort, now, localTimeZone())[0]?.title;
      showToast({ kind: "info", message: `Added under ${place}`, action: { label: "Show", run } });
    });
  };
}

/** Moves the focus to a task as soon as the list shows it; gives up when the list has loaded without it. */
function useSeek(filters: Filters, { loading, refreshing, error }: TaskList): (id: string) => void {
  const [sought, setSought] = useState<string | null>(null);
  useEffect(() => {
    if (!sought || loading || refreshing || error || !isCurrent(filters)) return;
    focusTask(currentId(sought));
    setSought(null);
  }, [sought, filters, loading, refreshing, error]);
  return setSought;
}

/** The address changes at once, the page a moment later. */
function isCurrent(filters: Filters): boolean {
  const address = parseFilters(new URLSearchParams(window.location.search));
  return JSON.stringify(address) === JSON.stringify(filters);
}
