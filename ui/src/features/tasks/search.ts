/**
 * The server's search, for tasks that it has not listed yet: tests/search/cases.json asks both the same. See the
 * API's migration 0008 for the reasons.
 */

// As in the migration.
const MARKS =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each mark by itself
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]/gu;
const NO_WIDTH = /[\u00ad\u200b-\u200d\u2060\ufeff]/gu;
const NO_BLANKS =
  /([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u{20000}-\u{3ffff}])/gu;
const LETTERS: Record<string, string> = {
  ø: "o",
  ł: "l",
  đ: "d",
  ħ: "h",
  ŧ: "t",
  ı: "i",
  ς: "σ",
  ß: "ss",
  æ: "ae",
  œ: "oe",
};

/** Whether the text contains all words of `q`. */
export function finds(text: string, q: string): boolean {
  const searched = ` ${folded(text)}`;
  return words(q).every((word) => searched.includes(wanted(word)));
}

/** One or two letters are looked for at the beginning of a word. */
function wanted(word: string): string {
  const text = folded(word);
  const begins = /^\s|^[\p{L}\p{N}_].?$/u.test(text);
  return (begins ? " " : "") + text.trimStart();
}

const words = (q: string) => q.split(/\s+/).filter(Boolean);

const folded = (text: string) =>
  text
    .normalize("NFKD")
    .replace(MARKS, "")
    .replace(NO_WIDTH, "")
    .toLowerCase()
    .replace(/[øłđħŧıςßæœ]/g, (letter) => LETTERS[letter] ?? letter)
    .replace(/([^\p{L}\p{N}_\s])([\p{L}\p{N}_])/gu, "$1 $2")
    .replace(NO_BLANKS, " $1")
    .replace(/\s+/g, " ");
