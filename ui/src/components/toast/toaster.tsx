"use client";

/**
 * Shows toasts in the lower corner. The two live regions are always in the document, because screen readers
 * announce changes of a region they already know.
 */
import { useEffect, useState } from "react";
import { Icon } from "@/components/icon";
import { classNames } from "@/lib/class-names";
import { dismissToast, type Toast, useToasts } from "./toast-store";

export function Toaster() {
  const toasts = useToasts();
  return (
    <div className="pointer-events-none fixed inset-x-0 bottom-0 z-50 flex flex-col items-center gap-2 p-4 sm:items-end sm:p-6 [body:has([data-bottom-bar])_&]:pb-28">
      <div role="alert" className="flex w-full flex-col items-center gap-2 sm:items-end">
        {toasts.map((toast) => toast.kind === "error" && <ToastCard key={toast.id} toast={toast} />)}
      </div>
      <div role="status" className="flex w-full flex-col items-center gap-2 sm:items-end">
        {toasts.map((toast) => toast.kind === "info" && <ToastCard key={toast.id} toast={toast} />)}
      </div>
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const [held, setHeld] = useState(false);
  const { id, lifetime, action, kind } = toast;

  // The clock stops while the pointer or the focus is on the toast.
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismissToast(id), lifetime);
    return () => clearTimeout(timer);
  }, [held, id, lifetime]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering only pauses the clock; the controls are inside.
    <div
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className={classNames(
        "pointer-events-auto flex w-full max-w-sm animate-enter items-start gap-3 rounded-xl border bg-surface py-3 pr-2 pl-4 text-sm shadow-float",
        kind === "error" ? "border-danger" : "border-line",
      )}
    >
      <div className="min-w-0 flex-1 py-0.5">
        <p className="wrap-anywhere">{toast.message}</p>
      </div>
      {action && (
        <button
          type="button"
          className="rounded-md px-2 py-0.5 font-semibold text-accent hover:bg-accent-soft"
          onClick={() => {
            dismissToast(id);
            action.run();
          }}
        >
          {action.label}
        </button>
      )}
      <button
        type="button"
        aria-label="Dismiss"
        className="rounded-md p-1 text-faint hover:bg-raised hover:text-ink"
        onClick={() => dismissToast(id)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
