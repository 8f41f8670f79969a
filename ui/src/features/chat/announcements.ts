/**
 * What a screen reader is told of an answer while it arrives: whole sentences and finished steps, not each word.
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

/** The last one only when it can't grow any more. */
export function sentences(text: string, complete: boolean): string[] {
  const parts = text.split(/(?<=[.!?…])\s+|\n+/);
  return (complete ? parts : parts.slice(0, -1)).filter((part) => part.trim());
}
