import { Button } from "@/components/button";
import { Icon } from "@/components/icon";
import type { ChatPanelState } from "../use-chat-panel";

/** Opens the assistant's panel, and closes it where both are visible. */
export function ChatToggle({ panel, className }: { panel: ChatPanelState; className?: string }) {
  return (
    <Button
      aria-expanded={panel.open}
      aria-keyshortcuts="a"
      title="Ask the assistant (a)"
      className={className}
      onClick={panel.open ? panel.close : panel.ask}
    >
      <Icon name="assistant" className="size-5 text-accent" />
      Assistant
    </Button>
  );
}
