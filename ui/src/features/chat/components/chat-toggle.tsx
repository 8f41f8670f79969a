import { Button } from "@/components/button";
import { Icon } from "@/components/icon";
import type { ChatPanelState } from "../use-chat-panel";

/** Opens the assistant's panel or brings it to the front. Closes it if it is visible. */
export function ChatToggle({ panel, className }: { panel: ChatPanelState; className?: string }) {
  return (
    <Button
      aria-expanded={panel.visible}
      aria-keyshortcuts="a"
      title="Ask the assistant (a)"
      className={className}
      onClick={panel.visible ? panel.close : panel.ask}
    >
      <Icon name="assistant" className="size-5 text-accent" />
      Assistant
    </Button>
  );
}
