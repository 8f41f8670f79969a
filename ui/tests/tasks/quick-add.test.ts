import { describe, expect, it } from "vitest";
import { parseQuickAdd } from "@/features/tasks/quick-add";

/** A Monday, in the zone the tests run in. */
const NOW = new Date(2026, 10, 23, 10, 0);

function due(input: string): string | null {
  const { due } = parseQuickAdd(input, NOW);
  if (!due) return null;
  const two = (value: number) => String(value).padStart(2, "0");
  const date = `${due.getFullYear()}-${two(due.getMonth() + 1)}-${two(due.getDate())}`;
  return `${date} ${two(due.getHours())}:${two(due.getMinutes())}`;
}

describe("quick add", () => {
  it("takes date, priority and tags out of the title", () => {
    const parsed = parseQuickAdd("pay rent tomorrow !high #home #Money", NOW);
    expect(parsed).toMatchObject({ title: "pay rent", priority: "high", tags: ["home", "money"] });
    expect(parsed.tokens.map(({ text }) => text)).toEqual(["tomorrow", "!high", "#home", "#Money"]);
  });

  it.each([
    ["x today", "2026-11-23 23:59"],
    ["x tomorrow", "2026-11-24 23:59"],
    ["x friday", "2026-11-27 23:59"],
    ["x monday", "2026-11-30 23:59"],
    ["x next friday", "2026-12-04 23:59"],
    ["x next week", "2026-11-30 23:59"],
    ["x in 3 days", "2026-11-26 23:59"],
    ["x in 2 weeks", "2026-12-07 23:59"],
    ["x in 1 month", "2026-12-23 23:59"],
    ["x 24 dec", "2026-12-24 23:59"],
    ["x on December 24", "2026-12-24 23:59"],
    ["x 3 jan", "2027-01-03 23:59"],
    ["x 2027-02-28", "2027-02-28 23:59"],
    ["x tomorrow 9:00", "2026-11-24 09:00"],
    ["x tomorrow at 5pm", "2026-11-24 17:00"],
    ["x 12am tomorrow", "2026-11-24 00:00"],
    ["x at 17:30", "2026-11-23 17:30"],
    ["x at 9:00", "2026-11-24 09:00"],
  ])("reads the date of “%s”", (input, expected) => {
    expect(due(input)).toBe(expected);
    expect(parseQuickAdd(input, NOW).title).toBe("x");
  });

  it.each([
    "mondayish plans",
    "buy 2027-02-30",
    "31 feb",
    "call 25:00",
    "issue#12",
    "wow!high",
    "todayish",
    "sunscreen",
  ])("leaves “%s” alone", (input) => {
    expect(parseQuickAdd(input, NOW)).toMatchObject({ title: input, due: null, priority: "none", tags: [] });
  });

  it("keeps a token as text when the user rejects it", () => {
    const parsed = parseQuickAdd("watch friday #film", NOW, new Set(["friday"]));
    expect(parsed).toMatchObject({ title: "watch friday", due: null, tags: ["film"] });
  });

  it("makes a title of a text that is tokens only", () => {
    expect(parseQuickAdd(" tomorrow ", NOW)).toMatchObject({ title: "tomorrow", due: null, tokens: [] });
  });

  it("takes at most twenty tags and drops repeated ones", () => {
    const many = Array.from({ length: 25 }, (_, index) => `#t${index}`).join(" ");
    expect(parseQuickAdd(`x ${many}`, NOW).tags).toHaveLength(20);
    expect(parseQuickAdd("x #a #A", NOW).tags).toEqual(["a"]);
  });
});
