/**
 * Runs the outbox of the signed-in account and keeps the lists up to date.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { showToast } from "@/components/toast/toast-store";
import { discardChange, startOutbox } from "@/features/outbox/current";
import { plural } from "@/lib/plural";
import { useSession } from "@/lib/session";
import { settle, takeOver } from "./cache";
import { clearHistory } from "./history";
import { useRevision } from "./queries";

/** Polls instead of streaming: a poll is one look-up, and no pod has to drain a connection for it. */
export function useOtherDevices(): void {
  const client = useQueryClient();
  const revision = useRevision();
  const seen = useRef(revision);
  useEffect(() => {
    if (seen.current !== undefined && revision !== seen.current) settle(client);
    seen.current = revision;
  }, [client, revision]);
}

export function useOutbox(): void {
  const client = useQueryClient();
  const owner = useSession()?.user.id;
  useEffect(() => {
    if (!owner) return;
    clearHistory();
    return startOutbox(owner, {
      onConfirmed: async (entry, answer) => {
        await takeOver(client, entry, answer);
        if (answer.gone)
          showToast({ kind: "info", message: `${plural(answer.gone, "task")} no longer existed` });
      },
      onRefused: ({ key, change }) => {
        settle(client);
        if (change.kind !== "undo") return;
        discardChange(key);
        showToast({
          kind: "error",
          message: "This can no longer be undone. It has changed since, or too much time has passed.",
        });
      },
      onIdle: () => settle(client),
    });
  }, [owner, client]);
}
