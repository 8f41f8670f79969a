"use client";

/**
 * The field for a message. Unsent text survives a reload and a closed panel.
 */
import { Button } from "@/components/button";
import { Icon } from "@/components/icon";
import { LengthNote } from "@/components/length-note";
import { LIMITS } from "@/lib/api/limits";
import { lengthOf } from "@/lib/characters";
import { useDraft } from "@/lib/use-draft";
import { COMPOSER_ID, focusComposer } from "../use-chat-panel";

type ComposerProps = {
  autoFocus: boolean;
  busy: boolean;
  /** Whether the message was taken; otherwise it stays in the field. */
  onSend: (message: string) => boolean;
  onStop: () => void;
};

export function Composer({ autoFocus, busy, onSend, onStop }: ComposerProps) {
  const draft = useDraft("assistant", "");
  const message = draft.text.trim();
  const sendable = message !== "" && lengthOf(message) <= LIMITS.message;
  const send = () => {
    if (!busy && sendable && onSend(message)) draft.discard();
  };
  return (
    <form
      className="border-line border-t p-3 lg:px-4"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="field flex items-end gap-2 py-1.5 pr-1.5 has-[textarea:focus-visible]:border-accent has-[textarea:focus-visible]:outline-2 has-[textarea:focus-visible]:outline-accent">
        <textarea
          id={COMPOSER_ID}
          aria-label="Message to the assistant"
          placeholder="Ask or tell the assistant"
          dir="auto"
          rows={1}
          // biome-ignore lint/a11y/noAutofocus: set only after the user has asked for this field.
          autoFocus={autoFocus}
          value={draft.text}
          onChange={(event) => draft.change(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey) return;
            event.preventDefault();
            send();
          }}
          className="field-sizing-content max-h-40 min-w-0 flex-1 resize-none bg-transparent py-1 outline-none"
        />
        {busy ? (
          <Button
            key="stop"
            aria-label="Stop"
            className="size-8 p-0!"
            onClick={({ detail }) => {
              // The second half of a double click on Send, which stood here.
              if (detail > 1) return;
              onStop();
              focusComposer();
            }}
          >
            <Icon name="stop" />
          </Button>
        ) : (
          <Button
            key="send"
            type="submit"
            look="primary"
            aria-label="Send"
            className="size-8 p-0!"
            disabled={!sendable}
          >
            <Icon name="send" />
          </Button>
        )}
      </div>
      <LengthNote what="A message" text={message} limit={LIMITS.message} />
    </form>
  );
}
