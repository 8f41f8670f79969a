"use client";

/**
 * Search, filters, order, and the switch to selection. A phone shows them on demand, because they would push the list
 * down.
 */
import { type Ref, useEffect, useState } from "react";
import { Button } from "@/components/button";
import { Chip } from "@/components/chip";
import { Icon } from "@/components/icon";
import { PRIORITY_NAMES } from "@/components/priority";
import { LIMITS } from "@/lib/api/limits";
import { withinLimit } from "@/lib/characters";
import { classNames } from "@/lib/class-names";
import { type Filters, PRIORITIES, SORTS, type Sort } from "../filters";

/** Milliseconds between the last keystroke and the request. */
const SEARCH_DELAY = 250;

type ToolbarProps = {
  filters: Filters;
  onChange: (change: Partial<Filters>, method?: "pushState" | "replaceState") => void;
  searchRef: Ref<HTMLInputElement>;
  selecting: boolean;
  onSelecting: (selecting: boolean) => void;
};

export function Toolbar({ filters, onChange, searchRef, selecting, onSelecting }: ToolbarProps) {
  const [unfolded, setUnfolded] = useState(false);
  const choiceLook = classNames("field choice", !unfolded && "max-sm:hidden");
  return (
    <div className="mb-6 flex flex-wrap items-center gap-2">
      <SearchField value={filters.q} inputRef={searchRef} onSearch={(q) => onChange({ q }, "replaceState")} />
      <Button
        aria-expanded={unfolded}
        aria-label="Filter and sort"
        className={classNames("sm:hidden", filters.priorities.length > 0 && "bg-accent-soft")}
        onClick={() => setUnfolded(!unfolded)}
      >
        <Icon name="filter" className="size-5" />
      </Button>
      <select
        aria-label="Filter by priority"
        className={classNames(choiceLook, "max-sm:order-1")}
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
      <SortChoice
        className={classNames(!unfolded && "max-sm:hidden", "max-sm:order-1")}
        value={filters.sort}
        onChange={(sort) => onChange({ sort })}
      />
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

type SortChoiceProps = { value: Sort; onChange: (sort: Sort) => void; className?: string };

/** The word in front distinguishes the order from a filter. */
function SortChoice({ value, onChange, className }: SortChoiceProps) {
  return (
    <span className={classNames("relative", className)}>
      <span
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-faint text-sm"
      >
        Sort:
      </span>
      <select
        aria-label="Sort by"
        className="field choice sort-choice"
        value={value}
        onChange={({ target }) => onChange(target.value as Sort)}
      >
        {Object.entries(SORTS).map(([sort, label]) => (
          <option key={sort} value={sort}>
            {label}
          </option>
        ))}
      </select>
    </span>
  );
}

type SearchFieldProps = { value: string; inputRef: Ref<HTMLInputElement>; onSearch: (q: string) => void };

function SearchField({ value, inputRef, onSearch }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  // The address changed for another reason: a view was chosen, or the back button was pressed.
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
    <search className="relative min-w-32 flex-1 basis-0 sm:min-w-36">
      <Icon
        name="search"
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-faint"
      />
      <input
        ref={inputRef}
        type="search"
        aria-label="Search tasks"
        placeholder="Search"
        className="field border-line py-1.5 pl-9 text-sm"
        value={text}
        onChange={(event) => setText(withinLimit(event.target.value, LIMITS.search))}
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
