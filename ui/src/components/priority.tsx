/**
 * How priorities look and what they are called. Colour is never the only sign: the name goes with it.
 */
import { Icon } from "@/components/icon";
import type { Priority } from "@/lib/api/types";
import { classNames } from "@/lib/class-names";

export const PRIORITY_NAMES: Record<Priority, string> = {
  urgent: "Urgent",
  high: "High",
  medium: "Medium",
  low: "Low",
  none: "None",
};

export const PRIORITY_TEXT: Record<Priority, string> = {
  urgent: "text-danger",
  high: "text-warning",
  medium: "text-info",
  low: "text-soft",
  none: "text-faint",
};

export const PRIORITY_RING: Record<Priority, string> = {
  urgent: "border-danger",
  high: "border-warning",
  medium: "border-info",
  low: "border-edge",
  none: "border-edge",
};

export function PriorityLabel({ priority }: { priority: Priority }) {
  if (priority === "none") return null;
  return (
    <span className={classNames("inline-flex items-center gap-1", PRIORITY_TEXT[priority])}>
      <Icon name="flag" className="size-3.5" />
      {PRIORITY_NAMES[priority]}
    </span>
  );
}
