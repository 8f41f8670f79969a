/**
 * Details for operators, hidden behind an (i) button.
 */
import type { ReactNode } from "react";
import { classNames } from "@/lib/class-names";
import { Icon } from "./icon";

type TechnicalDetailsProps = {
  /** The accessible name of the (i) button. The default suits a page with one of them. */
  label?: string;
  className?: string;
  children: ReactNode;
};

export function TechnicalDetails({
  label = "Technical details",
  className,
  children,
}: TechnicalDetailsProps) {
  return (
    <details className={classNames("text-faint text-xs", className)}>
      <summary
        aria-label={label}
        title={label}
        className="inline-flex list-none rounded-full p-1 hover:bg-raised hover:text-ink [&::-webkit-details-marker]:hidden"
      >
        <Icon name="info" />
      </summary>
      <div className="mt-1 wrap-anywhere">{children}</div>
    </details>
  );
}

/** The id to search the logs for. */
export function RequestId({ id, className }: { id: string | undefined; className?: string }) {
  if (!id) return null;
  return (
    <TechnicalDetails className={classNames("mt-1", className)}>
      Request <span className="font-mono">{id}</span>
    </TechnicalDetails>
  );
}
