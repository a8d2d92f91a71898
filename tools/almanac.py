"""What is known of any city in the gazetteer: zone, sun, public holidays; of ours, the weather."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import cast
from zoneinfo import ZoneInfo

import yaml  # type: ignore[import-untyped,unused-ignore]
from astral import Observer
from astral.sun import sun

from tools.errors import InvalidRequestError
from tools.geocoding.offline import resolve_city
from tools.geocoding.queries import country
from tools.hours import named_holidays
from tools.names import fold, without_article
from tools.place import City, Coordinates
from tools.planning.rain import UNKNOWN, Rain
from tools.planning.score import WET_MM
from tools.services import TravelServices
from tools.trip import TripRequest

_SURE_DAYS = 15
"""So far ahead, today included, a service tells each day's rain; of the next it may not."""
CLIMATE_SOURCE = "Tripwright table of monthly means"


@dataclass(frozen=True, slots=True)
class Locality:
    """A city as far as the almanac is concerned."""

    name: str
    country: str
    """ISO 3166-1 alpha-2."""
    coordinates: Coordinates
    timezone: str
    city_id: str = ""
    """`City.id`, when the store knows the city."""


@dataclass(frozen=True, slots=True)
class MonthlyWeather:
    """Long-term means of one month."""

    high: int
    """Mean daily maximum, °C."""
    low: int
    """Mean daily minimum, °C."""
    wet_days: int
    """Days with at least 1 mm of rain or snow."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The weather of some days: forecast where that is possible, else usual for the month."""

    period: str
    """What the figures are of: "24 to 26 November", or "November" of any year."""
    high: int
    """Mean daily maximum, °C."""
    low: int
    """Mean daily minimum, °C."""
    wet_days: int
    """Days of the period with at least 1 mm of rain or snow."""
    forecast: bool
    source: str


def locate(services: TravelServices, said: City | str) -> Locality:
    """A city of the store, or any other that the gazetteer knows.

    Raises:
        InputError: no such city, or several.
    """
    city = said if isinstance(said, City) else None
    if city is None:
        location = resolve_city(
            str(said), services.geocoder, prefer=[c.coordinates for c in services.store.cities()]
        )
        point = Coordinates(location.latitude, location.longitude)
        city = services.store.city_near(point)
        if city is None:
            raw = location.raw
            return Locality(str(raw["name"]), str(raw["country_code"]), point, str(raw["timezone"]))
    return Locality(city.name, city.country, city.coordinates, city.timezone, city.id)


def country_named(services: TravelServices, said: str) -> Locality | None:
    """A country, on the clock of its biggest city; None where none is called so."""
    gazetteer = services.geocoder.gazetteer
    region = country(without_article(fold(said)), gazetteer)
    if region is None or region[1]:
        return None
    name = gazetteer.region_name(region)
    for city in gazetteer.biggest(region, 1):
        return Locality(name, region[0], city.coordinates, city.timezone)
    return None


def zone(now: datetime) -> str:
    """`UTC+5:30`, of an aware datetime."""
    minutes = int((now.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def daylight(where: Locality, on: date) -> tuple[datetime, datetime]:
    """Sunrise and sunset on the city's clock (NOAA's equations, by astral).

    Raises:
        InvalidRequestError: the sun does not rise, or does not set, on that day.
    """
    tz = ZoneInfo(where.timezone)
    observer = Observer(where.coordinates.lat, where.coordinates.lon)
    try:
        found = sun(observer, date=on, tzinfo=tz)
    except ValueError as error:
        raise InvalidRequestError(
            f"In {where.name} the sun does not both rise and set on {on:%d %b %Y}."
        ) from error
    return found["sunrise"], found["sunset"]


def holidays_between(country: str, first: date, last: date) -> list[tuple[date, str]]:
    """Public holidays from the first day to the last, with their English names."""
    found: list[tuple[date, str]] = []
    for year in range(first.year, last.year + 1):
        found += [(d, n) for d, n in named_holidays(country, year) if first <= d <= last]
    return sorted(found)


@cache
def climate() -> dict[str, tuple[MonthlyWeather, ...]]:
    """City id -> the twelve months, from the table that ships."""
    text = files("tools").joinpath("data/climate.yaml").read_text(encoding="utf-8")
    loaded = cast("dict[str, dict[str, dict[str, list[int]]]]", yaml.safe_load(text))
    return {
        city: tuple(
            MonthlyWeather(*month)
            for month in zip(row["high"], row["low"], row["wet_days"], strict=True)
        )
        for city, row in loaded["cities"].items()
    }


def weather(where: Locality, month: int) -> MonthlyWeather:
    """What a month is usually like.

    Raises:
        InvalidRequestError: the table lacks the city.
    """
    months = climate().get(where.city_id)
    if months is None:
        raise InvalidRequestError(f"I have no weather figures for {where.name}.")
    return months[month - 1]


def outlook(services: TravelServices, where: Locality, first: date, last: date) -> Outlook:
    """The weather from the first day to the last, both included.

    A forecast where a live service is on, answers, and reaches all of the days; otherwise what
    the first day's month is usually like. An outage is noted in `tools.providers.ledger`.

    Raises:
        InvalidRequestError: no forecast, and the table lacks the city.
    """
    if services.live is not None:
        today = services.clock().astimezone(ZoneInfo(where.timezone)).date()
        found = services.live.forecast(where.coordinates, where.timezone, first, last, today)
        if found is not None:
            days = found.days
            return Outlook(
                period=_period(first, last),
                high=round(sum(day.high for day in days) / len(days)),
                low=round(sum(day.low for day in days) / len(days)),
                wet_days=sum(day.rain_mm >= WET_MM for day in days),
                forecast=True,
                source=found.source,
            )
    month = weather(where, first.month)
    return Outlook(f"{first:%B}", month.high, month.low, month.wet_days, False, CLIMATE_SOURCE)


def rain_ahead(services: TravelServices, request: TripRequest) -> Rain:
    """The rain that a live service forecasts for the days of a trip; those it reaches.

    Nothing where no such service is on or none answers (noted in `tools.providers.ledger`): what a
    month is usually like says nothing about a day.
    """
    if services.live is None or not services.live.weather:
        return UNKNOWN
    found: dict[tuple[str, date], float] = {}
    begins = request.start
    for stay in request.all_stays:
        city, days = stay.city, timedelta(days=stay.days - 1)
        today = services.today(city)
        ends = min(begins + days, today + timedelta(days=_SURE_DAYS - 1))
        if begins <= ends:
            forecast = services.live.forecast(city.coordinates, city.timezone, begins, ends, today)
            for day in forecast.days if forecast is not None else ():
                found[city.id, day.day] = day.rain_mm
        begins += timedelta(days=stay.days)
    return found


def _period(first: date, last: date) -> str:
    if first == last:
        return f"{first.day} {first:%B}"
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"{first.day}{'' if same_month else f' {first:%B}'} to {last.day} {last:%B}"
