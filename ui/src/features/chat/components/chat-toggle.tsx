"use client";

import { Button } from "@/components/button";
import { Icon } from "@/components/icon";
import { plural } from "@/lib/plural";
import { useChat } from "../chat-provider";
import type { ChatPanelState } from "../use-chat-panel";

/** Opens the assistant's panel or brings it to the front. Closes it if it is visible. */
export function ChatToggle({ panel, className }: { panel: ChatPanelState; className?: string }) {
  const { exchanges } = useChat();
  // Not one that the person has stopped.
  const unsent = exchanges.filter((exchange) => exchange.unsent && exchange.status === "failed").length;
  return (
    <Button
      aria-expanded={panel.visible}
      aria-keyshortcuts="a"
      title={unsent ? `${plural(unsent, "message")} not sent` : "Ask the assistant (a)"}
      className={className}
      onClick={panel.visible ? panel.close : panel.ask}
    >
      <Icon name="assistant" className="size-5 text-accent" />
      Assistant
      {unsent > 0 && (
        <span className="rounded-full bg-danger-soft px-1.5 text-danger text-xs">
          <span className="sr-only">, </span>
          {unsent}
          <span className="sr-only"> not sent</span>
        </span>
      )}
    </Button>
  );
}
