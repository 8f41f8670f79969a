"use client";

/**
 * A modal on the browser's own <dialog>: focus trap, Escape, inert background and focus return come with it.
 */
import { type ReactNode, useLayoutEffect, useRef } from "react";
import { classNames } from "@/lib/class-names";

type DialogProps = {
  label: string;
  onClose: () => void;
  children: ReactNode;
  /** Where it sits: in the middle, or along an edge of a small screen. */
  placement?: "center" | "left" | "bottom";
};

const PLACEMENTS = {
  center: "m-auto w-[calc(100%-2rem)] max-w-md rounded-2xl border border-line shadow-float",
  left: "mr-auto h-dvh max-h-none w-72 max-w-[85vw] border-line border-r",
  bottom: "mt-auto max-h-[92dvh] w-full max-w-none rounded-t-2xl border-line border-t",
};

export function Dialog({ label, onClose, children, placement = "center" }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);

  // Close it while it is still on the page. Otherwise the browser does not return the focus.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard closes it with Escape; this is the click beside it.
    <dialog
      ref={ref}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      className={classNames(
        "animate-enter overflow-y-auto bg-surface text-ink backdrop:bg-black/45",
        PLACEMENTS[placement],
      )}
    >
      {children}
    </dialog>
  );
}
