"use client";

/**
 * The conversation, kept scrolled to its end unless the user has scrolled up to read.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import { Icon } from "@/components/icon";
import { useNow } from "@/lib/use-now";
import { announcements } from "../announcements";
import { type Exchange, isUnderWay } from "../exchange";
import { ExchangeView } from "./exchange-view";

/** Pixels from the end that still count as the end. */
const NEAR = 48;

type ExchangeListProps = { exchanges: readonly Exchange[]; onTask: (id: string) => void };

export function ExchangeList({ exchanges, onTask }: ExchangeListProps) {
  const ref = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const now = useNow();
  const last = exchanges.at(-1);
  const toEnd = () => ref.current?.scrollTo({ top: ref.current.scrollHeight });

  // After sending a message, the user wants to see the answer.
  const [lastId, setLastId] = useState(last?.id);
  if (last && last.id !== lastId) {
    setLastId(last.id);
    setAtEnd(true);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the conversation may make it longer.
  useLayoutEffect(() => {
    if (atEnd) toEnd();
  }, [exchanges, atEnd]);
  // A sheet has no height before it is shown, and a phone's keyboard reduces it.
  useEffect(() => {
    const list = ref.current;
    if (!atEnd || !list) return;
    const observer = new ResizeObserver(() => list.scrollTo({ top: list.scrollHeight }));
    observer.observe(list);
    return () => observer.disconnect();
  }, [atEnd]);

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={ref}
        className="h-full overflow-y-auto overscroll-contain px-4 py-5 lg:px-5"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
          setAtEnd(scrollHeight - scrollTop - clientHeight < NEAR)
        }
      >
        <ol aria-label="Conversation" className="flex flex-col gap-6">
          {exchanges.map((exchange) => (
            <ExchangeView
              key={exchange.id}
              exchange={exchange}
              last={exchange === last}
              now={now}
              onTask={onTask}
            />
          ))}
        </ol>
      </div>
      {!atEnd && (
        <Button
          className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-float"
          onClick={toEnd}
        >
          <Icon name="arrow" className="size-4 rotate-90" />
          Latest
        </Button>
      )}
      {last && <Announcer key={last.id} exchange={last} />}
    </div>
  );
}

/** Announces the newest answer only if it arrived on this page, not if it was loaded with it. */
function Announcer({ exchange }: { exchange: Exchange }) {
  const [live, setLive] = useState(false);
  if (!live && isUnderWay(exchange)) setLive(true);
  return (
    <div role="log" aria-label="Assistant's answer" className="sr-only">
      {live && announcements(exchange).map(({ key, text }) => <p key={key}>{text}</p>)}
    </div>
  );
}
