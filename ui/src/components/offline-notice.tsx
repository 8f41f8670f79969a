"use client";

import { useSyncExternalStore } from "react";
import { createListeners } from "@/lib/store";

const { subscribe } = createListeners("online", "offline");

/** Reports that the browser is offline. Changes made meanwhile are kept and sent later. */
export function OfflineNotice() {
  const online = useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  );
  return (
    <div role="status">
      {!online && (
        <p className="mb-5 rounded-lg bg-warning-soft px-3 py-2.5 text-sm">
          You are offline. Your changes are kept in this browser, and sent when the connection is back.
        </p>
      )}
    </div>
  );
}
