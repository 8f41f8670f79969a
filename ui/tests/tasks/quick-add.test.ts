import { describe, expect, it } from "vitest";
import { NO_FILTERS } from "@/features/tasks/filters";
import { clockIn, newTask, parseQuickAdd, stillIn } from "@/features/tasks/quick-add";

/** A Monday at 10:00. */
const ZONE = "Europe/Berlin";
const CLOCK = clockIn(new Date("2026-11-23T09:00:00Z"), ZONE, "en-GB");
const parse = (text: string, ignored?: string[]) => parseQuickAdd(text, CLOCK, ignored);
const words = (text: string) => parse(text).tokens.map((token) => token.text);

describe("what the field marks", () => {
  it("is each word that leaves the title, in its place", () => {
    expect(words("pay rent tomorrow !high #home #Money")).toEqual(["tomorrow", "!high", "#home", "#Money"]);
    const text = "call mum by friday at 5pm #home";
    for (const { start, end, text: word } of parse(text).tokens) expect(text.slice(start, end)).toBe(word);
  });

  it("includes the words that belong to a date", () => {
    expect(words("Pay rent by friday")).toEqual(["by friday"]);
    expect(words("x tomorrow at 5pm")).toEqual(["tomorrow at 5pm"]);
    expect(words("at 17:30 call mum tomorrow")).toEqual(["at 17:30", "tomorrow"]);
  });

  it("is nothing in a text that is tokens only, which is a title after all", () => {
    expect(parse(" tomorrow ")).toMatchObject({ title: "tomorrow", due: null, tokens: [] });
    expect(parse("#home")).toMatchObject({ title: "#home", tags: [], tokens: [] });
  });

  it("says that a task can't repeat", () => {
    expect(parse("water plants every monday")).toMatchObject({ repeats: true, due: null });
    expect(parse("water plants monday").repeats).toBe(false);
  });
});

describe("a rejected word", () => {
  it("stays text, with the rest understood", () => {
    const parsed = parse("watch friday #film", ["friday"]);
    expect(parsed).toMatchObject({ title: "watch friday", due: null, tags: ["film"] });
    expect(parse("see a.b tomorrow", ["a.b"]).title).toBe("see a.b");
  });

  it("takes its time with it", () => {
    expect(parse("x tomorrow at 5pm", ["tomorrow at 5pm"])).toMatchObject({
      title: "x tomorrow at 5pm",
      due: null,
    });
  });

  it("is forgotten when the text no longer has it", () => {
    expect(stillIn("call Tomorrow #a", ["tomorrow", "#a"])).toEqual(["tomorrow", "#a"]);
    expect(stillIn("", ["tomorrow"])).toEqual([]);
    expect(stillIn("pay rent", ["tomorrow"])).toEqual([]);
  });
});

describe("a new task", () => {
  it("takes at most twenty tags and drops repeated ones", () => {
    const many = Array.from({ length: 25 }, (_, index) => `#t${index}`).join(" ");
    expect(parse(`x ${many}`).tags).toHaveLength(20);
    expect(parse("x #a #A").tags).toEqual(["a"]);
  });

  it("gets what its view shows, unless the text says otherwise", () => {
    const filters = { ...NO_FILTERS, due: "today" as const, tags: ["home"], priorities: ["low" as const] };
    const plain = newTask(parse("x"), filters, CLOCK, ZONE);
    expect(plain).toMatchObject({ title: "x", priority: "low", tags: ["home"] });
    expect(plain).toMatchObject(newTask(parse("x today !low #home"), NO_FILTERS, CLOCK, ZONE));
    const own = newTask(parse("x tomorrow !high #a"), filters, CLOCK, ZONE);
    expect(own).toMatchObject({ priority: "high", tags: ["a", "home"] });
    expect(own).toMatchObject(newTask(parse("x tomorrow !high #a #home"), NO_FILTERS, CLOCK, ZONE));
  });
});
