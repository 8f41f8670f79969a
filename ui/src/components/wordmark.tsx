/**
 * The product's name with its mark.
 */
import { classNames } from "@/lib/class-names";
import { Icon } from "./icon";

export function Wordmark({ className }: { className?: string }) {
  return (
    <span
      className={classNames(
        "inline-flex items-center gap-2.5 font-semibold text-lg tracking-tight",
        className,
      )}
    >
      <span className="grid size-7 place-items-center rounded-lg bg-accent text-on-accent">
        <Icon name="check" className="size-5" />
      </span>
      Todo
    </span>
  );
}
