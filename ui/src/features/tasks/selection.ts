/**
 * The tasks that are ticked for a bulk action. A shift-click extends the selection from the last tick to the clicked row,
 * in the order on screen.
 */
import { useReducer } from "react";

export type Selection = { ids: ReadonlySet<string>; anchor: string | null };

export type SelectionChange =
  | { type: "toggle"; id: string }
  | { type: "extend"; id: string; order: readonly string[] }
  | { type: "all"; order: readonly string[] }
  | { type: "clear" };

export const EMPTY: Selection = { ids: new Set(), anchor: null };

export function select(selection: Selection, change: SelectionChange): Selection {
  switch (change.type) {
    case "clear":
      return EMPTY;
    case "all":
      return { ids: new Set(change.order), anchor: selection.anchor };
    case "toggle": {
      const ids = new Set(selection.ids);
      if (!ids.delete(change.id)) ids.add(change.id);
      return { ids, anchor: change.id };
    }
    case "extend": {
      const from = change.order.indexOf(selection.anchor ?? change.id);
      const to = change.order.indexOf(change.id);
      if (from < 0 || to < 0) return select(selection, { type: "toggle", id: change.id });
      const range = change.order.slice(Math.min(from, to), Math.max(from, to) + 1);
      return { ids: new Set([...selection.ids, ...range]), anchor: change.id };
    }
  }
}

export function useSelection() {
  return useReducer(select, EMPTY);
}
