import { describe, expect, it } from "vitest";
import { type Filters, NO_FILTERS, parseFilters, queryOf, writeFilters } from "@/features/tasks/filters";

describe("filters in the address bar", () => {
  it("come back as they were written", () => {
    const filters: Filters = {
      q: "milk & honey",
      status: "open",
      due: "today",
      priorities: ["urgent", "low"],
      tags: ["home", "a b"],
      sort: "-priority",
    };
    expect(parseFilters(new URLSearchParams(writeFilters(filters, new URLSearchParams())))).toEqual(filters);
  });

  it("leave the address clean when there are none, and other parameters alone", () => {
    expect(writeFilters(NO_FILTERS, new URLSearchParams("q=old&tag=x&task=42"))).toBe("task=42");
  });

  it("ignore what they don't know", () => {
    const params = new URLSearchParams("status=gone&due=never&priority=extreme&sort=colour");
    expect(parseFilters(params)).toEqual(NO_FILTERS);
  });

  it("ask the API for nothing that isn't filtered", () => {
    expect(queryOf(NO_FILTERS, "Europe/Berlin")).toEqual({ tz: "Europe/Berlin" });
  });
});
