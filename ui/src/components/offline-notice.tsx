"use client";

import { useSyncExternalStore } from "react";

function subscribe(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

/** Tells that the browser has no network. Changes made meanwhile wait in the page and are sent afterwards. */
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
          You are offline. What you change is sent as soon as the connection is back; keep this page open.
        </p>
      )}
    </div>
  );
}
