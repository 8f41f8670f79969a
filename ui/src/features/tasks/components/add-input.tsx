"use client";

/**
 * The add field's line of text, with the recognized words highlighted in place.
 *
 * An input can't colour parts of its text. So the same text lies behind it, invisible except for its highlights.
 */
import { type RefObject, useLayoutEffect, useRef } from "react";
import type { Token } from "../quick-add-token";

type AddInputProps = {
  text: string;
  tokens: Token[];
  inputRef: RefObject<HTMLInputElement | null>;
  onChange: (text: string) => void;
};

export function AddInput({ text, tokens, inputRef, onChange }: AddInputProps) {
  const behind = useRef<HTMLDivElement>(null);
  const follow = () => {
    if (!behind.current || !inputRef.current) return;
    behind.current.style.font = getComputedStyle(inputRef.current).font;
    behind.current.scrollLeft = inputRef.current.scrollLeft;
  };
  // The input may have scrolled sideways to show the caret.
  useLayoutEffect(follow);

  return (
    <div className="relative min-w-0 flex-1">
      <div
        ref={behind}
        dir="auto"
        aria-hidden="true"
        className="pointer-events-none absolute inset-x-2 inset-y-0 overflow-hidden whitespace-pre py-2 text-transparent forced-color-adjust-none"
      >
        {pieces(text, tokens).map(({ start, piece, token }) =>
          token ? (
            <mark
              key={start}
              className="rounded-sm bg-accent-soft text-transparent shadow-[inset_0_-2px_var(--color-accent)] forced-colors:border-[Highlight] forced-colors:border-b-2 forced-colors:bg-transparent"
            >
              {piece}
            </mark>
          ) : (
            <span key={start}>{piece}</span>
          ),
        )}
      </div>
      <input
        ref={inputRef}
        dir="auto"
        aria-label="Add a task"
        aria-describedby="add-task-hint"
        placeholder="Add a task"
        autoComplete="off"
        enterKeyHint="done"
        value={text}
        onChange={(event) => onChange(event.target.value)}
        onScroll={follow}
        onSelect={follow}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
        className="relative w-full bg-transparent px-2 py-2 outline-none"
      />
    </div>
  );
}

type Piece = { start: number; piece: string; token: boolean };

function pieces(text: string, tokens: Token[]): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const { start, end } of tokens) {
    found.push({ start: at, piece: text.slice(at, start), token: false });
    found.push({ start, piece: text.slice(start, end), token: true });
    at = end;
  }
  return [...found, { start: at, piece: text.slice(at), token: false }].filter(({ piece }) => piece);
}
