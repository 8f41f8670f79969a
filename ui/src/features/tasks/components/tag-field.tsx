"use client";

/**
 * The tags of a task: Enter or a comma adds one, Backspace in the empty field removes the last one. Each change affects
 * one tag only, so that tags added on another device stay.
 */
import { useId, useState } from "react";
import { Chip } from "@/components/chip";
import { LIMITS } from "@/lib/api/limits";
import { withinLimit } from "@/lib/characters";
import { useLeave } from "@/lib/use-leave";
import { useTags } from "../use-tags";

type TagFieldProps = { tags: string[]; onAdd: (tag: string) => void; onRemove: (tag: string) => void };

export function TagField({ tags, onAdd, onRemove }: TagFieldProps) {
  const id = useId();
  const [text, setText] = useState("");
  const { data: known = [] } = useTags();

  const add = () => {
    setText("");
    // Pasted text may have several.
    const typed = text.split(",").map((tag) => tag.trim().replace(/^#/, "").toLowerCase());
    const fresh = [...new Set(typed)].filter((tag) => tag && !tags.includes(tag));
    for (const tag of fresh.slice(0, Math.max(LIMITS.tags - tags.length, 0))) onAdd(tag);
  };

  useLeave(add);

  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium text-sm">
        Tags
      </label>
      <div className="flex flex-wrap items-center gap-1.5 rounded-lg border border-edge bg-surface p-1.5 text-sm focus-within:border-accent">
        {tags.map((tag) => (
          <Chip key={tag} removeLabel={`Remove tag ${tag}`} onRemove={() => onRemove(tag)}>
            {tag}
          </Chip>
        ))}
        <input
          id={id}
          dir="auto"
          list={`${id}-known`}
          placeholder={tags.length ? "" : "Add a tag"}
          className="min-w-20 flex-1 bg-transparent px-1.5 py-0.5 text-sm outline-none"
          value={text}
          onChange={(event) => setText(withinLimit(event.target.value, LIMITS.tag))}
          onBlur={add}
          onKeyDown={(event) => {
            const last = tags.at(-1);
            if (event.key === "Backspace" && !text && last) onRemove(last);
            if (event.key !== "Enter" && event.key !== ",") return;
            event.preventDefault();
            add();
          }}
        />
        <datalist id={`${id}-known`}>
          {known.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </div>
    </div>
  );
}
