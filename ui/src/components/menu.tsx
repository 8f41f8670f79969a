"use client";

/**
 * A button with a menu above it. Moving among its items chooses nothing; Enter, Space or a click does.
 */
import { type KeyboardEvent, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Button } from "./button";
import { Icon } from "./icon";

type MenuProps<T> = {
  /** What the button shows. */
  children: string;
  /** Its accessible name. */
  label: string;
  items: readonly { label: string; value: T }[];
  onChoose: (value: T) => void;
};

export function Menu<T>({ children, label, items, onChoose }: MenuProps<T>) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const choices = () => Array.from(root.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? []);

  const show = (index: number) => {
    // Immediately, so that the next key does not go to the button.
    flushSync(() => setOpen(true));
    choices().at(index)?.focus();
  };
  const hide = () => {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event;
    if (!open && key !== "ArrowDown" && key !== "ArrowUp") return;
    const all = choices();
    const target = targetOf(key, all.indexOf(document.activeElement as HTMLElement), all.length);
    if (!open) show(key === "ArrowUp" ? -1 : 0);
    else if (key === "Escape") hide();
    else if (target !== undefined) all.at(target)?.focus();
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the button and the items inside.
    <div
      ref={root}
      className="relative"
      onKeyDown={onKeyDown}
      onBlur={({ relatedTarget }) => !root.current?.contains(relatedTarget) && setOpen(false)}
    >
      <Button
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => (open ? hide() : show(0))}
      >
        {children}
        <Icon name="chevron" className="size-3.5 -rotate-90" />
      </Button>
      {open && (
        <div
          role="menu"
          aria-label={label}
          className="absolute bottom-full left-0 z-40 mb-2 flex min-w-36 flex-col rounded-xl border border-line bg-surface p-1 shadow-float"
        >
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className="rounded-lg px-3 py-1.5 text-left text-sm hover:bg-raised focus-visible:bg-raised"
              onClick={() => {
                hide();
                onChoose(item.value);
              }}
            >
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** The item that a key moves to from `index`; -1 is the last one. */
function targetOf(key: string, index: number, count: number): number | undefined {
  if (key === "ArrowDown") return (index + 1) % count;
  if (key === "ArrowUp") return index < 1 ? -1 : index - 1;
  if (key === "Home") return 0;
  return key === "End" ? -1 : undefined;
}
