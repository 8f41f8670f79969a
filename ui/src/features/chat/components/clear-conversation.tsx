"use client";

import { useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Icon } from "@/components/icon";
import { asApiError } from "@/lib/api/errors";
import { useChat } from "../chat-provider";
import { useClearConversation } from "../queries";

/** Clears the conversation after a confirmation. Tasks stay. */
export function ClearConversation() {
  const [asking, setAsking] = useState(false);
  const { cleared } = useChat();
  const clear = useClearConversation(() => {
    setAsking(false);
    cleared();
  });
  return (
    <>
      <Button look="icon" aria-label="Clear conversation" onClick={() => setAsking(true)}>
        <Icon name="trash" className="size-5" />
      </Button>
      {asking && (
        <Dialog label="Clear the conversation?" onClose={() => setAsking(false)}>
          <div className="p-6">
            <h2 className="font-semibold text-lg">Clear the conversation?</h2>
            <p className="mt-1 text-soft">
              The assistant forgets this conversation. Your tasks stay as they are.
            </p>
            {clear.error && (
              <p role="alert" className="mt-3 text-danger text-sm">
                {asApiError(clear.error).message}
              </p>
            )}
            <div className="mt-5 flex justify-end gap-2">
              <Button onClick={() => setAsking(false)}>Keep it</Button>
              <Button look="danger" disabled={clear.isPending} onClick={() => clear.mutate()}>
                Clear
              </Button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}
