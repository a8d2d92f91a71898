"""Opening hours on real dates: OSM `opening_hours` text to minutes of one day.

The text is read by `opening-hours-py` (https://wiki.openstreetmap.org/wiki/Key:opening_hours).
Public holidays ("PH") come from the `holidays` package, not from the parser's own calendar:
that one misses, among others, Eid in Turkey, New Year's Day in Britain and Christmas when it
falls on a weekend in the United States (compared for 2026 and 2027 over eleven countries).

Nights are also put together here: the parser ends a bar's "Fr-Sa 18:00-03:00; Su 12:00-20:00" at
midnight on Saturday because a later rule names Sunday; a traveller means until three.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from opening_hours import (  # type: ignore[attr-defined]  # its stub omits the two errors
    OpeningHours,
    ParserError,
    State,
    UnknownCountryError,
)

from tools.errors import DataError, InvalidRequestError
from tools.place import City, Coordinates, Place

DAY_MINUTES = 24 * 60
"""Minutes from one midnight to the next on the wall clock (clock changes are ignored)."""

LATEST_MINUTE = DAY_MINUTES + 6 * 60
"""Where an interval that runs past midnight is cut off: 06:00 of the next day."""

UNKNOWN_HOURS = "08:00-20:00"
"""What empty hours (nobody noted them) are taken for: the daylight hours at which a sight whose
hours matter is most likely open; it keeps such places out of late evenings."""

_SUBDIVISIONS = {"GB": "ENG"}
"""Where the country alone has too few holidays: Easter Monday is a holiday in England, not in
all of Britain. Regional holidays elsewhere (Barcelona's La Diada) are not modelled."""

_WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_HOLIDAY_OR_COMMENT = re.compile(r'"[^"]*"|\bPH\b')
_DAY = "|".join(_WEEKDAYS)
_HOLIDAY_BESIDE_DAY = re.compile(rf"(?<=\bPH)\s+(?=(?:{_DAY})\b)|(?<={_DAY})\s+(?=PH\b(?!\s*[-+]))")
"""The blank of "PH Mo-Fr" or "Mo-Fr PH", which the parser reads as a comma."""
_SPAN = r"\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}\+?"
_SPANS_OR_COMMENT = re.compile(rf'"[^"]*"|24/7|{_SPAN}(?:\s*,\s*{_SPAN})*')
_NO_NIGHT = "23:59-24:00"
"""Stands, in the text of nights alone, for a day's hours that end before midnight."""
_LONGEST_TAIL = 12 * 60
_SUN_EVENT = re.compile(r"\b(?:sunrise|sunset|dawn|dusk)\b")


def opening(place: Place, city: City, on: date) -> tuple[tuple[int, int], ...]:
    """When a place of a city is open on one date: as `open_intervals`."""
    return open_intervals(
        place.hours,
        on,
        country=city.country,
        timezone=city.timezone,
        coordinates=place.coordinates,
    )


def open_intervals(
    hours: str,
    on: date,
    *,
    country: str,
    timezone: str,
    coordinates: Coordinates | None = None,
) -> tuple[tuple[int, int], ...]:
    """When a place is open on one date.

    Args:
        hours: OSM `opening_hours`; empty means unknown and is read as `UNKNOWN_HOURS`.
        on: the date at the place.
        country: ISO 3166-1 alpha-2, for public holidays; a country without a known calendar
            has none.
        timezone: IANA name, used for sunrise and sunset only.
        coordinates: of the place, used for sunrise and sunset only; without them these are
            taken as 07:00 and 19:00.

    Returns:
        `(opens, closes)` in minutes after that date's midnight on the wall clock, ascending,
        disjoint, `0 <= opens < 1440` and `opens < closes <= 1800`. A night that began on the
        day before shows as an interval from 0; one that runs past midnight ends beyond 1440.
        Empty when closed all day. Hours marked "unknown" count as closed.

    Raises:
        DataError: the text does not follow the OSM syntax, or the time zone does not exist.
    """
    if not _SUN_EVENT.search(hours):  # then place and zone change nothing: share the entry
        return _intervals(hours, on, country.upper(), "", None)
    return _intervals(hours, on, country.upper(), timezone, coordinates)


def clock(minute: int) -> str:
    """`09:30` of a minute of an interval, `01:00` of one after midnight; its end is `24:00`."""
    of_day = minute if minute == DAY_MINUTES else minute % DAY_MINUTES
    return f"{of_day // 60:02}:{of_day % 60:02}"


def is_open(
    hours: str,
    at: datetime,
    *,
    country: str,
    timezone: str,
    coordinates: Coordinates | None = None,
    minutes: int = 0,
) -> bool:
    """Whether a place is open at a moment, and stays so for `minutes` after it.

    Args:
        hours: as in `open_intervals`, like the three below.
        at: an aware datetime; it is converted to `timezone`.
        country: ISO 3166-1 alpha-2.
        timezone: IANA name.
        coordinates: of the place.
        minutes: how long it has to stay open from `at` on, 0 or more. With 0 the closing minute
            itself counts as closed.

    Raises:
        DataError: the text does not follow the OSM syntax, or the time zone does not exist.
        InvalidRequestError: `at` carries no time zone.
    """
    if at.tzinfo is None:
        raise InvalidRequestError(f"The time {at.isoformat()} needs a time zone.")
    local = at.astimezone(_zone(timezone))
    start = local.hour * 60 + local.minute
    end = start + max(minutes, 1)  # an interval is open up to, not at, its closing minute
    found = open_intervals(
        hours, local.date(), country=country, timezone=timezone, coordinates=coordinates
    )
    return any(opens <= start and end <= closes for opens, closes in found)


def validate_hours(text: str) -> None:
    """Accepts what `open_intervals` can read, the empty text included.

    Raises:
        DataError: one sentence with the text and where it stops making sense.
    """
    if text:
        _parse(text)


@lru_cache(maxsize=1024)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Public holidays of a country (ISO 3166-1 alpha-2) in one year, substitute days included.

    From the `holidays` package; dates by the moon (Eid) are its estimates for years to come.
    Empty for a country that it does not know.
    """
    return frozenset(day for day, _ in named_holidays(country, year))


@lru_cache(maxsize=1024)
def named_holidays(country: str, year: int) -> tuple[tuple[date, str], ...]:
    """As `public_holidays`, each with its name (English where the package has it), by date."""
    subdivision = _SUBDIVISIONS.get(country)
    try:
        found = holidays.country_holidays(country, subdiv=subdivision, years=year)
        if "en_US" in found.supported_languages:
            found = holidays.country_holidays(
                country, subdiv=subdivision, years=year, language="en_US"
            )
    except NotImplementedError:
        return ()
    return tuple(sorted(found.items()))


@lru_cache(maxsize=65536)
def _intervals(
    hours: str, on: date, country: str, timezone: str, coordinates: Coordinates | None
) -> tuple[tuple[int, int], ...]:
    where = (country, timezone, coordinates)
    days, nights = _split_nights(hours or UNKNOWN_HOURS)
    found = _evaluate(days, on, *where)
    if nights:
        eve = on - timedelta(days=1)
        found += [(0, tail) for tail in _tails(nights, eve, *where)]
        found += [(DAY_MINUTES, DAY_MINUTES + tail) for tail in _tails(nights, on, *where)]
    merged: list[tuple[int, int]] = []
    for opens, closes in sorted(found):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        elif opens < DAY_MINUTES:  # a later start belongs to the next date
            merged.append((opens, closes))
    return tuple((opens, min(closes, LATEST_MINUTE)) for opens, closes in merged)


def _evaluate(
    hours: str, on: date, country: str, timezone: str, coordinates: Coordinates | None
) -> list[tuple[int, int]]:
    """Open minutes from the date's midnight to `LATEST_MINUTE`, as the parser has them."""
    midnight = datetime.combine(on, time())
    parsed = _for_date(hours, on, country, timezone, coordinates)
    return [
        (_minutes_after(midnight, start), _minutes_after(midnight, end))
        for start, end, state, _ in parsed.intervals(
            midnight, midnight + timedelta(minutes=LATEST_MINUTE)
        )
        if state == State.OPEN
    ]


def _tails(
    nights: str, on: date, country: str, timezone: str, coordinates: Coordinates | None
) -> list[int]:
    """Minutes after the midnight that ends `on` until which a night of `on` goes on."""
    found = _evaluate(nights, on, country, timezone, coordinates)
    # Days that are open all day have no tail: the next date's own rules decide there.
    return [closes for opens, closes in found if opens == 0 and closes <= _LONGEST_TAIL]


@lru_cache(maxsize=16384)
def _split_nights(hours: str) -> tuple[str, str]:
    """The hours with every span cut at midnight, and the hours of the cut-off parts alone.

    "Fr 12:00-14:00,18:00-03:00; Sa off" becomes "Fr 12:00-14:00,18:00-24:00; Sa off" and
    "Fr 00:00-03:00; Sa off". The second text is empty when no span runs past midnight.
    """
    _parse(hours)  # so that an error quotes the text as it was written
    tails_found = False

    def cut(match: re.Match[str]) -> str:
        text = match.group()
        return text if text[0] == '"' or text == "24/7" else ",".join(_cut(text)[0])

    def tail(match: re.Match[str]) -> str:
        nonlocal tails_found
        text = match.group()
        if text[0] == '"':
            return text
        tails = [] if text == "24/7" else _cut(text)[1]
        tails_found = tails_found or bool(tails)
        return ",".join(tails) or _NO_NIGHT

    nights = _SPANS_OR_COMMENT.sub(tail, hours)
    return (_SPANS_OR_COMMENT.sub(cut, hours), nights) if tails_found else (hours, "")


def _cut(spans: str) -> tuple[list[str], list[str]]:
    days, tails = [], []
    for span in re.split(r"\s*,\s*", spans):
        start, end = (re.sub(r"[\s+]", "", part) for part in span.split("-"))
        (start_h, start_m), (end_h, end_m) = (map(int, part.split(":")) for part in (start, end))
        opens, closes = start_h * 60 + start_m, end_h * 60 + end_m
        closes += DAY_MINUTES if closes < opens else 0
        if closes <= DAY_MINUTES:
            days.append(span)
            continue
        rest = min(closes - DAY_MINUTES, _LONGEST_TAIL)
        days.append(f"{start}-24:00")
        tails.append(f"00:00-{rest // 60:02d}:{rest % 60:02d}")
    return days, tails


def _minutes_after(midnight: datetime, moment: datetime) -> int:
    return int((moment.replace(tzinfo=None) - midnight).total_seconds() // 60)


def _for_date(
    hours: str, on: date, country: str, timezone: str, coordinates: Coordinates | None
) -> OpeningHours:
    """The hours with "PH" made concrete around one date.

    Only the date, its eve (whose night may reach into it) and the morning after it matter. Three
    days in a row have three different weekdays, so "PH" can be replaced by the weekdays of those
    among them that are holidays, without touching any other day in view.
    """
    if "PH" not in _HOLIDAY_OR_COMMENT.findall(hours):
        return _parse(hours, "", timezone, coordinates)
    window = (on - timedelta(days=1), on, on + timedelta(days=1))
    off = [day for day in window if day in public_holidays(country, day.year)]
    if not off:  # parsed without a country, "PH" matches no day
        return _parse(hours, "", timezone, coordinates)
    names = ",".join(_WEEKDAYS[day.weekday()] for day in off)
    concrete = _HOLIDAY_OR_COMMENT.sub(
        lambda match: names if match.group() == "PH" else match.group(),
        _HOLIDAY_BESIDE_DAY.sub(",", hours),
    )
    try:
        return _parse(concrete, "", timezone, coordinates)
    except DataError:
        # "PH -1 day" has no such form: the parser's own calendar has to do.
        return _parse(hours, country, timezone, coordinates)


@lru_cache(maxsize=16384)
def _parse(
    hours: str, country: str = "", timezone: str = "", coordinates: Coordinates | None = None
) -> OpeningHours:
    # Given both, the parser knows the sun there; it would look for the zone on a map otherwise.
    zone = _zone(timezone) if timezone and coordinates else None
    place = (coordinates.lat, coordinates.lon) if zone and coordinates else None
    try:
        return OpeningHours(hours, zone, country or None, place, auto_country=False)
    except UnknownCountryError:
        return OpeningHours(hours, zone, None, place, auto_country=False)
    except ParserError as error:
        where = re.search(r"--> \d+:(\d+)", str(error))
        at = f" from character {where.group(1)} on" if where else ""
        raise DataError(
            f'The opening hours "{hours}" do not follow the OSM syntax{at}; '
            'right would be, for example, "Tu-Su 09:00-18:00; PH off".'
        ) from error


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise DataError(
            f'There is no time zone "{name}"; an IANA name such as "Europe/Rome" is needed.'
        ) from error
