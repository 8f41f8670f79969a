"use client";

/**
 * The assistant: the conversation, and the field to continue it.
 */
import { useEffect } from "react";
import { Button } from "@/components/button";
import { Icon } from "@/components/icon";
import { TechnicalDetails } from "@/components/technical-details";
import { useAbout } from "@/lib/api/about";
import { useChat } from "../chat-provider";
import { useHistory } from "../queries";
import { focusComposer } from "../use-chat-panel";
import { ClearConversation } from "./clear-conversation";
import { Composer } from "./composer";
import { EmptyConversation } from "./empty-conversation";
import { ExchangeList } from "./exchange-list";
import { HistoryError } from "./history-error";

type ChatPanelProps = {
  autoFocus: boolean;
  onClose: () => void;
  onTask: (id: string) => void;
};

export function ChatPanel({ autoFocus, onClose, onTask }: ChatPanelProps) {
  const { exchanges, loaded, phase, send, stop } = useChat();
  const history = useHistory();
  useEffect(() => {
    if (history.data) loaded(history.data);
  }, [history.data, loaded]);
  const busy = phase === "sending" || phase === "streaming";
  const ask = (message: string) => {
    send(message);
    focusComposer();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is a shortcut for two buttons inside.
    <div
      className="flex h-full flex-col"
      onKeyDown={(event) => {
        // A dialog (the sheet around this, or a confirmation above it) handles its own Escape.
        if (event.key !== "Escape" || (event.target as Element).closest("dialog")) return;
        event.preventDefault();
        if (busy) stop();
        else onClose();
      }}
    >
      <Header onClose={onClose} clearable={exchanges.length > 0} />
      {exchanges.length ? (
        <ExchangeList exchanges={exchanges} onTask={onTask} />
      ) : (
        <div className="flex flex-1 flex-col overflow-y-auto">
          {history.error ? (
            <HistoryError error={history.error} onRetry={() => history.refetch()} />
          ) : (
            !history.isPending && <EmptyConversation onAsk={ask} />
          )}
        </div>
      )}
      <Composer autoFocus={autoFocus} busy={busy} onSend={send} onStop={stop} />
    </div>
  );
}

/** The initial focus of a sheet: not a button, and not the field, whose keyboard would cover the sheet. */
function focusFirst(element: HTMLElement | null): void {
  element?.setAttribute("autofocus", "");
}

function Header({ clearable, onClose }: { clearable: boolean; onClose: () => void }) {
  const about = useAbout();
  return (
    <header className="border-line border-b px-4 py-2.5 lg:px-5">
      <div className="flex items-center gap-2">
        <Icon name="assistant" className="size-5 text-accent" />
        <h2 ref={focusFirst} tabIndex={-1} data-focus-home className="flex-1 font-semibold outline-none">
          Assistant
        </h2>
        {clearable && <ClearConversation />}
        <Button look="icon" aria-label="Close assistant" onClick={onClose}>
          <Icon name="close" className="size-5" />
        </Button>
      </div>
      {about.data?.standins.assistant && (
        <div className="mt-1.5 mb-1 flex flex-wrap items-start gap-x-1 rounded-lg bg-warning-soft px-3 py-1 text-warning text-xs">
          <p className="min-w-0 flex-1 py-1">
            This is a practice assistant. It understands simple sentences only.
          </p>
          <TechnicalDetails label="About the practice assistant" className="open:basis-full">
            A local stand-in answers. For the real assistant, add <code>GROQ_API_KEY</code> to{" "}
            <code>.env</code>, then run <code>make up</code>.
          </TechnicalDetails>
        </div>
      )}
    </header>
  );
}
