"""The vocabulary of dates. The page's add field has the same in quick-add-words.ts.

Both are tested with tests/dates/cases.json.
"""

import re

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


MONTH = rf"(?:{'|'.join(_MONTHS)}|(?:jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\.?)"
WHOLE_WEEKDAY = "|".join(_WEEKDAYS)
SHORT_WEEKDAY = "mon|tues|tue|wed|thurs|thur|thu|fri|sat|sun"

LEAD = r"(?P<lead>(?:(?:(?:is|are)\s+)?due:?\s+)?(?:(?:on|by|later|sometime)\s+)?)"
"""Words before a date that belong to it and leave the title with it."""
BEFORE = r"(?<!\S)"
AFTER = r"(?=[.,;:!?…]*(?:\s|$))"

MONTH_WORDS = _words("jan january mar march apr april may jun june aug august")
"""Months that are also words or names."""
KEEPERS = _words(
    "every each last past previous earlier the a an any some all no not only my your his her our their its",
    "from for since until till after before between of to or than vs about around during through near within",
    "starting usa black good ash palm easter cyber casual shrove fat giving ruby super whit maundy bloody freaky",
)
"""After one of these words a date is a part of the title: "from friday", "the 5pm train", "Black Friday"."""
COUNTED = _words(
    "version release python node chapter section article clause paragraph page step room exercise question item no",
    "nr part score scored rate rated ratio lesson unit task level episode season",
)
"""Numbers after one of these words count something: "version 2.10."."""
VERSES = _words(
    "genesis exodus leviticus numbers deuteronomy joshua judges ruth samuel kings chronicles job psalm psalms proverbs",
    "ecclesiastes isaiah jeremiah ezekiel daniel hosea joel amos jonah micah matthew mark luke john acts romans",
    "corinthians galatians ephesians philippians colossians thessalonians timothy titus hebrews james peter jude",
    "revelation surah sura quran verse ratio score",
)
FRACTION = re.compile(r"[12]/3|[1-3]/4|1/2|[1-4]/5|[1-7]/8|[15]/6|[0-9]{1,2}/10|24/7|9/11")
"""Not days of a calendar unless "on" or "due" introduces them."""
NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}
PARTS = {"morning": "09:00", "afternoon": "15:00", "evening": "19:00", "night": "20:00"}

_REPEATS = re.compile(
    rf"{BEFORE}(?:(?:every|each)\s+(?:(?:other|second|third|single|[0-9]{{1,3}}(?:st|nd|rd|th)?)\s+)?"
    rf"(?:days?|weeks?|months?|years?|weekdays?|weekends?|workdays?|mornings?|afternoons?|evenings?|nights?"
    rf"|{MONTH}|(?:{WHOLE_WEEKDAY}|{SHORT_WEEKDAY})s?)"
    rf"|(?:{WHOLE_WEEKDAY}|weekday|weekend)s"
    rf"|(?:daily|weekly|monthly|yearly|annually)(?=\s+(?:at|on|by)\s|\s*$)){AFTER}",
    re.IGNORECASE,
)


def repeats(text: str) -> bool:
    """ "every monday" is not one date."""
    return _REPEATS.search(text) is not None


def month_number(name: str) -> int:
    return next(i for i, month in enumerate(_MONTHS, 1) if month.startswith(name.lower()[:3]))


def weekday_number(name: str) -> int:
    """0 is Monday."""
    return next(i for i, weekday in enumerate(_WEEKDAYS) if weekday.startswith(name.lower()[:3]))
