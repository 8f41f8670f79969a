/**
 * Announces an answer to screen readers while it arrives: in whole sentences and finished steps, not in words.
 */
import { shownText } from "./changes";
import { type Exchange, isUnderWay, type ToolCall } from "./exchange";

type Announcement = { key: string; text: string };

export function announcements(exchange: Exchange): Announcement[] {
  const steps = exchange.calls
    .filter(({ state }) => state !== "running")
    .map((call) => ({ key: `${call.id} ${call.state}`, text: spoken(call) }));
  const said = sentences(shownText(exchange), !isUnderWay(exchange)).map((text, index) => ({
    key: `sentence ${index}`,
    text,
  }));
  return [...steps, ...said];
}

function spoken({ state, summary, error }: ToolCall): string {
  if (state === "awaiting") return `${summary}: waiting for your confirmation`;
  return error ? `${summary}: ${error}` : summary;
}

/** Includes the last sentence only once it is complete. */
export function sentences(text: string, complete: boolean): string[] {
  const parts = text.split(/(?<=[.!?…])\s+|\n+/);
  return (complete ? parts : parts.slice(0, -1)).filter((part) => part.trim());
}
