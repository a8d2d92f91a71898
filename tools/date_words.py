"""The words that dates are made of, each with what it counts."""

from __future__ import annotations

import re

from tools.feasts import NAMES
from tools.times import NUMBERS

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun",
            "july jul", "august aug", "september sept sep", "october oct", "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon", "tuesday tues tue", "wednesday weds wed", "thursday thurs thur thu",
            "friday fri", "saturday sat", "sunday sun",
        )
    )
    for name in names.split()
}  # fmt: skip
ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "last": -1, "final": -1,
}  # fmt: skip
DAYS_OF_MONTH = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth "
        "twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth "
        "twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first".split(),
        start=1,
    )
}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""The month with whose first day each begins, by the weather's calendar."""
NOW = frozenset({"now", "right now", "open now", "at the moment", "currently"})
_SHORTENED = {
    "tmrw": "tomorrow", "tmr": "tomorrow", "tmrrw": "tomorrow", "2moro": "tomorrow",
    "2morrow": "tomorrow", "tonite": "tonight", "rn": "now", "wknd": "weekend", "xmas": "christmas",
    "tomorow": "tomorrow", "tommorow": "tomorrow", "tommorrow": "tomorrow", "januray": "january",
    "janurary": "january", "febuary": "february", "feburary": "february", "febraury": "february",
    "agust": "august", "setember": "september", "septemeber": "september", "ocotber": "october",
    "novemeber": "november", "decemeber": "december", "wensday": "wednesday",
    "wednsday": "wednesday", "wendesday": "wednesday", "thrusday": "thursday",
    "saterday": "saturday",
}  # fmt: skip
"""What texters shorten and what many misspell -> how it is written elsewhere."""
_SHORT = re.compile(rf"\b(?:{'|'.join(_SHORTENED)})\b")
_SMALL = "|".join(word for word in NUMBERS if len(word) > 2 and " " not in word)
TRIP_DAY = re.compile(
    rf"\b(?:the )?(?:day (?P<n>\d{{1,2}}|{_SMALL})|(?P<word>{'|'.join(ORDINALS)}) day)"
)
"""A day of the trip by its number."""
DATE_WORDS = (
    frozenset({*MONTHS, *WEEKDAYS, *ORDINALS, *SEASONS, *_SHORTENED})
    | {word for text in (*DAYS_OF_MONTH, *NAMES) for word in re.findall(r"\w\w+", text)}
    | set("today tonight tomorrow yesterday now moment currently open day week weekend".split())
    | set("fortnight month year saint".split())
) - {"of", "al", "the", "in"}
"""Words by which dates are known; those that are counted, in the singular."""


def spelled_out(said: str) -> str:
    """The words with what texters shorten ("tmrw") or misspell as it is written elsewhere."""
    return _SHORT.sub(lambda match: _SHORTENED[match.group()], said)
