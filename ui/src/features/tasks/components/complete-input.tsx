"use client";

/**
 * The browser's field for a date or a time, which saves whole values only.
 *
 * During typing, the browser reports intermediate values ("0002" on the way to 2027), and nothing while a part is empty.
 * So a value is saved when the field loses the focus, on Enter, or when the browser's picker closes. An incomplete value
 * is then replaced by the saved one.
 */
import { type ComponentProps, type KeyboardEvent, useEffect, useRef } from "react";
import { useLeave } from "@/lib/use-leave";

type CompleteInputProps = Omit<ComponentProps<"input">, "value" | "defaultValue" | "onChange"> & {
  type: "date" | "time";
  /** The saved value; empty for none. */
  saved: string;
  isComplete: (value: string) => boolean;
  onCommit: (value: string) => void;
};

export function CompleteInput({ saved, isComplete, onCommit, ...props }: CompleteInputProps) {
  const input = useRef<HTMLInputElement>(null);
  // True if a key was typed since the last commit. A picker changes the value without one.
  const typing = useRef(false);

  // Uncontrolled, because setting the value during typing would erase the typed part.
  useEffect(() => {
    if (input.current && !typing.current) input.current.value = saved;
  }, [saved]);

  const commit = () => {
    typing.current = false;
    const field = input.current;
    if (!field) return;
    if (!field.value || !isComplete(field.value)) field.value = saved;
    else if (field.value !== saved) onCommit(field.value);
  };

  useLeave(commit);

  return (
    <input
      {...props}
      ref={input}
      defaultValue={saved}
      onKeyDown={(event) => {
        if (event.key === "Escape" && input.current) input.current.value = saved;
        if (event.key === "Escape" || event.key === "Enter") commit();
        else if (changesPart(event)) typing.current = true;
      }}
      onPointerDown={() => {
        typing.current = false;
      }}
      onChange={() => {
        if (!typing.current) commit();
      }}
      onBlur={commit}
    />
  );
}

/** Not shortcuts, and not the keys that open the picker (Space, F4, Alt+Down) or move between the parts. */
function changesPart({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey) return false;
  if (key === "ArrowUp" || key === "ArrowDown") return !altKey;
  return key === "Backspace" || key === "Delete" || (key.length === 1 && key !== " ");
}
