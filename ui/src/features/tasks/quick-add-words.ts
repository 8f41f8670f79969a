/**
 * The vocabulary of the quick-add dates. The stand-in for the language model has the same one in standin/words.py.
 * tests/dates/cases.json tests both.
 */
const WHOLE_MONTHS = [
  ..."january february march april may june july august september october november december".split(" "),
];
const WHOLE_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split(" ");

export const MONTH = `(?:${WHOLE_MONTHS.join("|")}|(?:jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\\.?)`;
export const WHOLE_WEEKDAY = WHOLE_WEEKDAYS.join("|");
export const SHORT_WEEKDAY = "mon|tues|tue|wed|thurs|thur|thu|fri|sat|sun";

/** Words before a date that belong to it and are removed from the title with it. */
export const LEAD = "(?<lead>(?:(?:(?:is|are)\\s+)?due:?\\s+)?(?:(?:on|by|later|sometime)\\s+)?)";

/** Start and end of a word. Punctuation may follow the end. */
export const BEFORE = "(?<!\\S)";
export const AFTER = "(?=[.,;:!?…]*(?:\\s|$))";

/** Months that are also words or names: "Jan", "march", "may". */
export const MONTH_WORDS = new Set([..."jan january mar march apr april may jun june aug august".split(" ")]);

/** A date after one of these words is part of the title: "from friday", "the 5pm train", "Black Friday". */
export const KEEPERS = new Set(
  (
    "every each last past previous earlier the a an any some all no not only my your his her our their its " +
    "from for since until till after before between of to or than vs about around during through near within " +
    "starting usa black good ash palm easter cyber casual shrove fat giving ruby super whit maundy bloody freaky"
  ).split(" "),
);

/** A number after one of these words is not a date: "version 2.10.", "part 1/2". */
export const COUNTED = new Set(
  (
    "version release python node chapter section article clause paragraph page step room exercise question item no " +
    "nr part score scored rate rated ratio lesson unit task level episode season"
  ).split(" "),
);

/** Books with chapters and verses: "John 3:16". */
export const VERSES = new Set(
  (
    "genesis exodus leviticus numbers deuteronomy joshua judges ruth samuel kings chronicles job psalm psalms proverbs " +
    "ecclesiastes isaiah jeremiah ezekiel daniel hosea joel amos jonah micah matthew mark luke john acts romans " +
    "corinthians galatians ephesians philippians colossians thessalonians timothy titus hebrews james peter jude " +
    "revelation surah sura quran verse ratio score"
  ).split(" "),
);

/** Not dates unless "on" or "due" precedes them: fractions, grades, "24/7". */
export const FRACTION = /^(?:[12]\/3|[1-3]\/4|1\/2|[1-4]\/5|[1-7]\/8|[15]\/6|\d{1,2}\/10|24\/7|9\/11)$/;

export const NUMBERS: Record<string, number> = {
  a: 1, an: 1, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11,
  twelve: 12,
}; // biome-ignore format: a table of words

export const PARTS: Record<string, string> = {
  morning: "09:00",
  afternoon: "15:00",
  evening: "19:00",
  night: "20:00",
};

export const monthNumber = (name: string): number =>
  WHOLE_MONTHS.findIndex((month) => month.startsWith(name.toLowerCase().slice(0, 3))) + 1;

/** 0 is Monday. */
export const weekdayNumber = (name: string): number =>
  WHOLE_WEEKDAYS.findIndex((weekday) => weekday.startsWith(name.toLowerCase().slice(0, 3)));

const ANY_WEEKDAY = `(?:${WHOLE_WEEKDAY}|${SHORT_WEEKDAY})`;
const REPEATS = new RegExp(
  `${BEFORE}(?:(?:every|each)\\s+(?:(?:other|second|third|single|[0-9]{1,3}(?:st|nd|rd|th)?)\\s+)?` +
    `(?:days?|weeks?|months?|years?|weekdays?|weekends?|workdays?|mornings?|afternoons?|evenings?|nights?|${MONTH}|${ANY_WEEKDAY}s?)` +
    `|(?:${WHOLE_WEEKDAY}|weekday|weekend)s` +
    `|(?:daily|weekly|monthly|yearly|annually)(?=\\s+(?:at|on|by)\\s|\\s*$))${AFTER}`,
  "iu",
);

/** "every monday" is not one date. */
export const repeats = (text: string): boolean => REPEATS.test(text);
