/** The table of the API's tests: the page finds what the server finds. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { finds } from "@/features/tasks/search";

interface Case {
  text: string;
  q: string;
  found: boolean;
}
const FILE = join(import.meta.dirname, "../../../tests/search/cases.json");
const cases = JSON.parse(readFileSync(FILE, "utf8")) as Case[];

test.each(cases)("$q in $text: $found", ({ text, q, found }) => {
  expect(finds(text, q)).toBe(found);
});
