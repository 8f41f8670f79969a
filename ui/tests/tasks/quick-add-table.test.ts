import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { clockIn, parseQuickAdd } from "@/features/tasks/quick-add";
import { instantOf, usableZone } from "@/lib/calendar";

type Case = {
  text: string;
  title?: string;
  on?: string;
  time?: string;
  at?: string;
  tags?: string[];
  priority?: string;
  now?: string;
  zone?: string;
  locale?: string;
};
type Table = { defaults: Required<Pick<Case, "now" | "zone" | "locale">>; groups: Record<string, Case[]> };

/** The stand-in for the language model is tested with the same table. */
const FILE = join(import.meta.dirname, "../../../tests/dates/cases.json");
const { defaults, groups }: Table = JSON.parse(readFileSync(FILE, "utf8"));

describe.each(Object.entries(groups))("quick add: %s", (_group, cases) => {
  it.each(cases.map((row) => [row.text, row] as const))("%s", (text, row) => {
    const { now, zone, locale } = { ...defaults, ...row };
    const { title, due, tags, priority } = parseQuickAdd(
      text,
      clockIn(new Date(now), usableZone(zone), locale),
    );
    expect({ title, on: due?.on, time: due?.time ?? undefined, tags, priority }).toEqual({
      title: row.title ?? text,
      on: row.on,
      time: row.time,
      tags: row.tags ?? [],
      priority: row.priority ?? "none",
    });
    if (row.at) {
      expect(instantOf(row.on ?? "", row.time ?? "", usableZone(zone))).toEqual(new Date(row.at));
    }
  });
});
