/**
 * What an operator wants to know and a person need not read: behind an (i).
 */
import type { ReactNode } from "react";
import { classNames } from "@/lib/class-names";
import { Icon } from "./icon";

type TechnicalDetailsProps = {
  /** What the (i) is called; the default fits where there is one of them. */
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

/** Where the logs can be searched for this. */
export function RequestId({ id, className }: { id: string | undefined; className?: string }) {
  if (!id) return null;
  return (
    <TechnicalDetails className={classNames("mt-1", className)}>
      Request <span className="font-mono">{id}</span>
    </TechnicalDetails>
  );
}
