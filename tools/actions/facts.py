"""Everyday facts: ways, money, and what is known of a city. No trip changes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from tools import almanac
from tools.actions import saying
from tools.actions.looking import place_anywhere, trip_day
from tools.actions.naming import city_location
from tools.arguments import ConvertCurrency, LookUp, TravelTime
from tools.dates import names_month, resolve_date
from tools.dates_of_trip import day_named
from tools.errors import InputError, InvalidRequestError, UnknownPlaceError
from tools.money import as_of, convert, rates
from tools.names import fold, quote
from tools.outcome import Outcome, Trip
from tools.place import City, Coordinates
from tools.services import TravelServices
from tools.travel import great_circle_metres
from tools.trip import Itinerary, Transfer

_REGION_KM = 90
"""Farther apart, a distance is all that is said: no tram or suburban train leads there."""


def travel_time(services: TravelServices, trip: Trip, said: TravelTime) -> Outcome:
    """The way from one place, or city, to another.

    Raises:
        InputError: a name that neither the store nor the gazetteer knows, or no origin.
    """
    end_name, end = _point(services, trip, said.destination)
    if said.origin is not None:
        start_name, start = _point(services, trip, said.origin)
    elif trip.itinerary is not None:
        request = trip.itinerary.request
        start_name = request.lodging_name or f"the centre of {request.city.name}"
        start = request.base
    else:
        raise InvalidRequestError(f"Tell me from where the way to {end_name} begins.")
    metres = great_circle_metres(start, end)
    facts: dict[str, str | None] = {"origin": start_name, "destination": end_name}
    ends = [_city_at(services, point) for point in (start, end)]
    between_cities = ends[0] is not None and ends[1] is not None and ends[0] != ends[1]
    if between_cities or metres > _REGION_KM * 1000:
        facts["distance"] = f"{metres / 1000:.0f} km as the crow flies"
        if ends[0] is not None and ends[1] is not None:
            estimated = services.transfers.between(ends[0], ends[1])
            between = _transfer(trip, ends[0], ends[1]) or estimated
            told = saying.way(between.minutes, between.carrier)
            facts["minutes"], _, by = told.rpartition(" by ")
            facts["mode"] = f"by {by}"
    else:
        leg = services.travel.leg(start, end)
        facts["distance"] = f"{leg.metres / 1000:.1f} km"
        facts["minutes"] = f"{leg.minutes} minutes"
        facts["mode"] = "on foot" if leg.mode == "walk" else "by public transport"
    return saying.outcome("way", trip, facts)


def _transfer(trip: Trip, origin: City, destination: City) -> Transfer | None:
    """The trip's own way from city to city, perhaps as long as the traveller knows it to be."""
    found = trip.itinerary.transfers if trip.itinerary is not None else ()
    ends = (origin.id, destination.id)
    return next((one for one in found if (one.origin.id, one.destination.id) == ends), None)


def _city_at(services: TravelServices, point: Coordinates) -> City | None:
    """The store's city whose centre that is."""
    return next((c for c in services.store.cities() if c.coordinates == point), None)


def convert_currency(_: TravelServices, trip: Trip, said: ConvertCurrency) -> Outcome:
    """An amount in another currency: the one that was named, else that of the trip's city.

    Raises:
        InvalidRequestError: no other currency can be meant, or its rate is not known.
    """
    local = trip.itinerary.request.city.currency if trip.itinerary is not None else "EUR"
    target = said.to or local
    if target == said.currency:
        raise InvalidRequestError(f"{said.amount:g} {target} is in {target} already; into what?")
    result = convert(said.amount, said.currency, target)
    facts: dict[str, str | None] = {
        "amount": f"{said.amount:g} {said.currency}",
        "result": f"{result:.2f} {target}" if result < 100 else f"{result:.0f} {target}",
        "as_of": as_of(said.currency, target),
    }
    sources = sorted({rates()[code].source for code in (said.currency, target) if code != "EUR"})
    return replace(saying.outcome("converted", trip, facts), sources=tuple(sources))


def look_up(services: TravelServices, trip: Trip, said: LookUp) -> Outcome:
    """A city's usual weather, public holidays, daylight or time zone; a country's holidays.

    Raises:
        InputError: an unknown city, a time that can't be read, or nothing known of it.
    """
    where, called = _located(services, trip, said)
    if said.topic == "time_zone":
        now = services.clock().astimezone(ZoneInfo(where.timezone))
        facts = {"city": where.name, "time": saying.clock(now), "zone": almanac.zone(now)}
        return saying.outcome("time_zone", trip, dict(facts))
    first, last = _span(services, trip, where, said.when)
    match said.topic:
        case "weather":
            outlook = almanac.outlook(services, where, first, last)
            known = {
                "city": where.name,
                "month": outlook.period,
                "high": f"{outlook.high} °C",
                "low": f"{outlook.low} °C",
                "wet_days": f"{outlook.wet_days}",
            }
            situation = "forecast" if outlook.forecast else "weather"
            return replace(saying.outcome(situation, trip, dict(known)), sources=(outlook.source,))
        case "daylight":
            # a month's light differs from end to end: that of the trip's part of it is meant
            there = (on for on in _days_there(trip, where) if first <= on <= last)
            day = next(there, first)
            up, down = almanac.daylight(where, day)
            sun = {"sunrise": saying.clock(up), "sunset": saying.clock(down)}
            return saying.outcome(
                "daylight", trip, {"city": where.name, "day": saying.on(day), **sun}
            )
        case "holidays":
            found = almanac.holidays_between(where.country, first, last)
            facts_of = {"city": called, "start": saying.on(first), "end": saying.on(last)}
            if not found:
                return saying.outcome("holidays_none", trip, dict(facts_of))
            names = [f"{name} on {saying.on(day)}" for day, name in found[:2]]
            shown = dict(zip(("holiday_a", "holiday_b"), names, strict=False))
            return saying.outcome("holidays", trip, {"city": called, **shown})
    raise AssertionError(said.topic)


def _located(services: TravelServices, trip: Trip, said: LookUp) -> tuple[almanac.Locality, str]:
    """The city that is asked about, and what its holidays are called after.

    Of a country the trip's city there, if there is one: its holidays are the country's.

    Raises:
        InputError: an unknown city, or a country of which more is asked than its holidays.
    """
    name = _city_name(trip, said.location)
    try:
        where = almanac.locate(services, name)
    except UnknownPlaceError:
        nation = almanac.country_named(services, str(name))
        cities = () if trip.itinerary is None else trip.itinerary.request.cities
        own = next((c for c in cities if nation is not None and c.country == nation.country), None)
        if nation is None or (own is None and said.topic != "holidays"):
            raise
        return (nation if own is None else almanac.locate(services, own)), nation.name
    return where, where.name


def _city_name(trip: Trip, said: str | None) -> City | str:
    """What was said, else the trip's city.

    Raises:
        InvalidRequestError: neither.
    """
    if said is not None:
        return said
    if trip.itinerary is not None:
        return trip.itinerary.request.city
    if trip.wishes.destination:
        return trip.wishes.destination
    raise InvalidRequestError("Tell me which city you mean.")


def _span(
    services: TravelServices, trip: Trip, where: almanac.Locality, said: str | None
) -> tuple[date, date]:
    """First and last day meant: a month, a week, a day; the trip's days when nothing was said."""
    today = services.clock().astimezone(ZoneInfo(where.timezone)).date()
    itinerary, there = trip.itinerary, _days_there(trip, where)
    if said is None:
        return (there[0], there[-1]) if there else (today, today + timedelta(days=30))
    day = trip_day(trip, said) or day_named(said, [on for on in there if on >= today])
    if day is not None:
        return day, day
    first = resolve_date(said, today)
    if first is None:
        raise InvalidRequestError(
            f'I could not read {quote(said)} as a time; right would be "in May" or "next week".'
        )
    if itinerary is not None and names_month(said):
        first = _of_the_trip(said, first, itinerary)
    words = fold(said)
    if "week" in words and "weekend" not in words:
        return first, first + timedelta(days=6)
    one_day = r"\d\b(?!\d)|\bfirst\b(?! half| days)"
    if first.day == 1 and not re.search(one_day, re.sub(r"\b\d{4}\b", "", words)):
        following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        return first, following - timedelta(days=1)
    return first, first


def _days_there(trip: Trip, where: almanac.Locality) -> list[date]:
    """The trip's days in a city."""
    if trip.itinerary is None:
        return []
    request = trip.itinerary.request
    days = enumerate(request.dates, start=1)
    return [on for day, on in days if request.stay_on(day).city.name == where.name]


def _of_the_trip(said: str, first: date, itinerary: Itinerary) -> date:
    """The date that was said without a year, in the trip's year if it is one of its months.

    "November" in November 2026, of a trip in November 2027, is not what is left of this month.
    """
    dates = itinerary.request.dates
    then = resolve_date(said, dates[0].replace(day=1))
    months = {(on.year, on.month) for on in dates}
    if then is None or then.month != first.month or (then.year, then.month) not in months:
        return first
    return then


def _point(services: TravelServices, trip: Trip, said: str) -> tuple[str, Coordinates]:
    """Where a place, the lodging or a city lies."""
    itinerary = trip.itinerary
    if itinerary is not None:
        request = itinerary.request
        if request.lodging is not None and fold(said) in _lodging_words(request.lodging_name):
            return request.lodging_name or "your lodging", request.lodging
    for known in services.store.cities():  # "Lisbon" is the city before it is Lisbon Cathedral
        if fold(said) == fold(known.name):
            return known.name, known.coordinates
    try:
        _, place = place_anywhere(services, trip, said)
    except UnknownPlaceError as error:
        try:
            location = city_location(services, said)
        except InputError:
            raise error from None
        return str(location.raw["name"]), Coordinates(location.latitude, location.longitude)
    return place.name, place.coordinates


def _lodging_words(name: str) -> frozenset[str]:
    """What travellers call where they sleep."""
    return frozenset({fold(name), "hotel", "flat", "apartment", "hostel", "lodging", "place"})
