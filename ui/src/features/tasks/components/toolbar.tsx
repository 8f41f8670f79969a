"use client";

/**
 * Search, filters, order, and the switch to selecting.
 */
import { type Ref, useEffect, useState } from "react";
import { Button } from "@/components/button";
import { Chip } from "@/components/chip";
import { Icon } from "@/components/icon";
import { PRIORITY_NAMES } from "@/components/priority";
import { LIMITS } from "@/lib/api/limits";
import { type Filters, PRIORITIES, SORTS, type Sort } from "../filters";

/** Milliseconds after the last keystroke until the API is asked. */
const SEARCH_DELAY = 250;

type ToolbarProps = {
  filters: Filters;
  onChange: (change: Partial<Filters>, method?: "pushState" | "replaceState") => void;
  searchRef: Ref<HTMLInputElement>;
  selecting: boolean;
  onSelecting: (selecting: boolean) => void;
};

export function Toolbar({ filters, onChange, searchRef, selecting, onSelecting }: ToolbarProps) {
  return (
    <div className="mb-6 flex flex-wrap items-center gap-2">
      <SearchField value={filters.q} inputRef={searchRef} onSearch={(q) => onChange({ q }, "replaceState")} />
      <select
        aria-label="Filter by priority"
        className="field choice"
        value={filters.priorities[0] ?? ""}
        onChange={({ target }) =>
          onChange({ priorities: PRIORITIES.filter((name) => name === target.value) })
        }
      >
        <option value="">Any priority</option>
        {PRIORITIES.map((priority) => (
          <option key={priority} value={priority}>
            {priority === "none" ? "No priority" : PRIORITY_NAMES[priority]}
          </option>
        ))}
      </select>
      <select
        aria-label="Sort by"
        className="field choice"
        value={filters.sort}
        onChange={({ target }) => onChange({ sort: target.value as Sort })}
      >
        {Object.entries(SORTS).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <Button
        aria-pressed={selecting}
        className="aria-pressed:bg-accent-soft"
        onClick={() => onSelecting(!selecting)}
      >
        Select
      </Button>
      <ActiveTags tags={filters.tags} onChange={(tags) => onChange({ tags })} />
    </div>
  );
}

type SearchFieldProps = { value: string; inputRef: Ref<HTMLInputElement>; onSearch: (q: string) => void };

function SearchField({ value, inputRef, onSearch }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  // The address bar changed by other means (a view was chosen, the back button).
  if (value !== known) {
    setKnown(value);
    setText(value);
  }

  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onSearch(text.trim()), SEARCH_DELAY);
    return () => clearTimeout(timer);
  }, [text, value, onSearch]);

  return (
    <search className="relative basis-full sm:min-w-48 sm:flex-1 sm:basis-0">
      <Icon
        name="search"
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-faint"
      />
      <input
        ref={inputRef}
        type="search"
        aria-label="Search tasks"
        placeholder="Search"
        maxLength={LIMITS.search}
        className="field border-line py-1.5 pl-9 text-sm"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") onSearch(text.trim());
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
    </search>
  );
}

function ActiveTags({ tags, onChange }: { tags: string[]; onChange: (tags: string[]) => void }) {
  if (!tags.length) return null;
  return (
    <ul aria-label="Active tag filters" className="flex basis-full flex-wrap gap-1.5 text-sm">
      {tags.map((tag) => (
        <li key={tag}>
          <Chip
            removeLabel={`Remove filter ${tag}`}
            onRemove={() => onChange(tags.filter((other) => other !== tag))}
          >
            #{tag}
          </Chip>
        </li>
      ))}
    </ul>
  );
}
