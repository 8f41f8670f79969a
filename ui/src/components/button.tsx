/**
 * The three kinds of buttons: one primary action per view, quiet buttons around it, and bare icons.
 */
import type { ComponentProps } from "react";
import { classNames } from "@/lib/class-names";

const LOOKS = {
  primary: "bg-accent text-on-accent shadow-card hover:bg-accent-strong px-4 py-2",
  quiet: "border border-line bg-surface text-ink hover:bg-raised px-3 py-1.5",
  danger: "border border-line bg-surface text-danger hover:bg-danger-soft px-3 py-1.5",
  icon: "text-faint hover:bg-raised hover:text-ink p-1.5",
};

type ButtonProps = ComponentProps<"button"> & { look?: keyof typeof LOOKS };

export function Button({ look = "quiet", className, type = "button", ...props }: ButtonProps) {
  return (
    <button
      type={type}
      className={classNames(
        "inline-flex items-center justify-center gap-1.5 rounded-lg font-medium text-sm transition-colors disabled:cursor-not-allowed disabled:opacity-55",
        LOOKS[look],
        className,
      )}
      {...props}
    />
  );
}
