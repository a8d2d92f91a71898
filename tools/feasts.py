"""Feasts by the names that people give them, and on which date they fall.

Those of a fixed date, those counted from Easter, those of a weekday in a month, and those that
other calendars set: for these the `holidays` package is asked, in a country that keeps the day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from dateutil.easter import easter  # type: ignore[import-untyped,unused-ignore]

from tools.hours import named_holidays

_SAINTS = {
    "brigid": (2, 1), "david": (3, 1), "patrick": (3, 17), "george": (4, 23), "john": (6, 24),
    "swithin": (7, 15), "james": (7, 25), "martin": (11, 11), "andrew": (11, 30),
    "nicholas": (12, 6), "lucy": (12, 13), "stephen": (12, 26),
}  # fmt: skip
"""Who has a day that is called by the name."""
FIXED = {
    name: on
    for saint, on in _SAINTS.items()
    for name in (f"st {saint}s day", f"st {saint} day", f"feast of st {saint}")
} | {
    "christmas": (12, 25), "christmas day": (12, 25), "xmas": (12, 25),
    "christmas eve": (12, 24), "xmas eve": (12, 24), "boxing day": (12, 26),
    "new years eve": (12, 31), "new year": (1, 1), "new years": (1, 1),
    "new years day": (1, 1), "hogmanay": (12, 31), "valentines": (2, 14),
    "valentines day": (2, 14), "twelfth night": (1, 5), "three kings": (1, 6),
    "three kings day": (1, 6), "halloween": (10, 31), "epiphany": (1, 6), "burns night": (1, 25),
    "candlemas": (2, 2), "womens day": (3, 8), "lady day": (3, 25), "midsummers eve": (6, 23),
    "midsummer eve": (6, 23), "midsummer day": (6, 24), "midsummers day": (6, 24),
    "st johns eve": (6, 23),
    "independence day": (7, 4), "lammas": (8, 1), "lammas day": (8, 1), "assumption": (8, 15),
    "assumption day": (8, 15), "michaelmas": (9, 29), "guy fawkes night": (11, 5),
    "bonfire night": (11, 5), "armistice day": (11, 11), "veterans day": (11, 11),
    "martinmas": (11, 11),
    "all saints": (11, 1), "all saints day": (11, 1), "bastille day": (7, 14),
    "may day": (5, 1), "juneteenth": (6, 19),
    "golden week": (4, 29), "day of the dead": (11, 2), "all souls": (11, 2), "midsummer": (6, 24),
}  # fmt: skip
"""Name -> month and day; Independence Day as in the United States."""
_FROM_EASTER = {
    "carnival": -47, "mardi gras": -47, "shrove tuesday": -47, "ash wednesday": -46,
    "pancake day": -47, "lent": -46, "mothering sunday": -21,
    "palm sunday": -7, "holy week": -7, "semana santa": -7, "maundy thursday": -3,
    "holy thursday": -3, "good friday": -2, "holy saturday": -1, "easter saturday": -1,
    "easter eve": -1, "easter weekend": -1, "easter": 0, "easter sunday": 0, "easter monday": 1,
    "easter tuesday": 2, "low sunday": 7, "rogation sunday": 35, "rogationtide": 35,
    "ascension": 39, "ascension day": 39, "ascension thursday": 39, "whit": 49, "whitsun": 49,
    "whit sunday": 49, "pentecost": 49, "pentecost sunday": 49, "whit monday": 50, "whit week": 50,
    "pentecost monday": 50, "whit tuesday": 51, "trinity sunday": 56, "corpus christi": 60,
}  # fmt: skip
"""Name -> days after Easter Sunday. Easter Saturday is the day before it, as most people say."""
_FROM_ADVENT = {"advent": 0} | {
    name: 7 * nth
    for nth, ordinal in enumerate(("first", "second", "third", "fourth"))
    for name in (f"{ordinal} sunday of advent", f"{ordinal} sunday in advent")
}
"""Name -> days after its first Sunday, which is the fourth before Christmas."""
_LAST_DAYS = {
    "advent": "christmas eve", "lent": "holy saturday", "holy week": "holy saturday",
    "semana santa": "holy saturday", "rogationtide": "ascension", "whit week": "trinity sunday",
}  # fmt: skip
"""Times of several days, by their first one -> the last."""
_MONDAY, _THURSDAY, _SUNDAY = 0, 3, 6
_OF_A_WEEKDAY = {
    "thanksgiving": (11, _THURSDAY, 4), "memorial day": (5, _MONDAY, -1),
    "labor day": (9, _MONDAY, 1), "labour day": (9, _MONDAY, 1),
    "mothers day": (5, _SUNDAY, 2), "fathers day": (6, _SUNDAY, 3),
    "columbus day": (10, _MONDAY, 2), "presidents day": (2, _MONDAY, 3),
    "mlk day": (1, _MONDAY, 3), "canadian thanksgiving": (10, _MONDAY, 2),
    "canada thanksgiving": (10, _MONDAY, 2), "remembrance sunday": (11, _SUNDAY, 2),
}  # fmt: skip
"""Name -> month, weekday, which one of them; the last is -1. As in the United States."""
_RAMADAN_DAYS = 30
_BY_CALENDAR = {
    "diwali": ("SG", "Diwali", 0), "deepavali": ("SG", "Diwali", 0), "holi": ("IN", "Holi", 0),
    "eid": ("SG", "Eid al-Fitr", 0), "eid al fitr": ("SG", "Eid al-Fitr", 0),
    "eid ul fitr": ("SG", "Eid al-Fitr", 0), "ramadan": ("SG", "Eid al-Fitr", -_RAMADAN_DAYS),
    "eid al adha": ("SG", "Eid al-Adha", 0), "eid ul adha": ("SG", "Eid al-Adha", 0),
    "tabaski": ("SG", "Eid al-Adha", 0), "nowruz": ("IR", "Nowruz", 0),
    "dussehra": ("IN", "Dussehra", 0), "vijayadashami": ("IN", "Dussehra", 0),
    "chinese new year": ("SG", "Chinese New Year", 0),
    "lunar new year": ("SG", "Chinese New Year", 0), "tet": ("SG", "Chinese New Year", 0),
    "vesak": ("SG", "Vesak Day", 0), "passover": ("IL", "Pesach", 0), "pesach": ("IL", "Pesach", 0),
    "rosh hashanah": ("IL", "Rosh Hashanah", 0), "yom kippur": ("IL", "Yom Kippur", 0),
    "mid autumn festival": ("CN", "Mid-Autumn Festival", 0),
    "dragon boat festival": ("CN", "Dragon Boat Festival", 0),
    "canada day": ("CA", "Canada Day", 0), "australia day": ("AU", "Australia Day", 0),
    "anzac day": ("AU", "ANZAC Day", 0), "waitangi": ("NZ", "Waitangi Day", 0),
    "waitangi day": ("NZ", "Waitangi Day", 0), "heritage day": ("ZA", "Heritage Day", 0),
    "farmers day": ("GH", "Farmers' Day", 0),
}  # fmt: skip
"""Name -> a country that keeps it, what `holidays` calls it there, days after it."""

NAMES = tuple(
    sorted(
        {*FIXED, *_FROM_EASTER, *_FROM_ADVENT, *_OF_A_WEEKDAY, *_BY_CALENDAR},
        key=len,
        reverse=True,
    )
)
"""Lower case, without apostrophes and hyphens; the longest first, as a pattern needs them."""


def feast(name: str, year: int) -> date:
    """Its date in a year.

    Raises:
        ValueError: that year's is not known.
    """
    if name in FIXED:
        return date(year, *FIXED[name])
    if name in _FROM_EASTER:
        sunday: date = easter(year)
        return sunday + timedelta(days=_FROM_EASTER[name])
    if name in _FROM_ADVENT:
        christmas = date(year, 12, 25)
        first = christmas - timedelta(days=christmas.weekday() + 1 + 3 * 7)
        return first + timedelta(days=_FROM_ADVENT[name])
    if name in _OF_A_WEEKDAY:
        return nth_weekday(year, *_OF_A_WEEKDAY[name])
    country, called, days = _BY_CALENDAR[name]
    for on, holiday in named_holidays(country, year):
        if called in re.split(r"; | \(", holiday):
            return on + timedelta(days=days)
    raise ValueError(f"{name} of {year} is not known")


def next_feast(name: str, today: date, *, past: bool = False) -> date:
    """The next date of a feast, today included; with `past` the last one.

    Of a time of several days that has begun, it is today.

    Raises:
        ValueError: it is not known.
    """
    if name in _LAST_DAYS and not past:
        first, last = (feast(one, today.year) for one in (name, _LAST_DAYS[name]))
        if first <= today <= last:
            return today
    step = -1 if past else 1
    fits: Callable[[date], bool] = (lambda on: on <= today) if past else (lambda on: on >= today)
    years = (today.year + step * ahead for ahead in range(3))
    return next(on for on in (feast(name, year) for year in years) if fits(on))


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth such weekday (Monday is 0) of a month, counted from 1; the last is -1.

    Raises:
        IndexError: the month has no fifth one.
    """
    days = range(1, monthrange(year, month)[1] + 1)
    found = [day for day in days if date(year, month, day).weekday() == weekday]
    return date(year, month, found[nth if nth < 0 else nth - 1])
