"""iCalendar (RFC 5545): one event a visit and a way between cities, in the cities' time zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vGeo

from tools.export.wording import attribution, cities, money, title, to_mind, transfer, way
from tools.trip import Itinerary, Leg, Transfer, Visit

PRODUCT = "-//Tripwright//Itinerary//EN"


def render(itinerary: Itinerary, stamp: datetime | None = None) -> bytes:
    """The plan as a calendar, UTF-8.

    A place keeps its UID through all edits of the trip, so that importing again moves its event
    instead of adding a second one; a trip that starts on another date is another trip.

    Args:
        itinerary: with aware times.
        stamp: when this was written, aware; now when None.
    """
    request = itinerary.request
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{cities(itinerary)}, {request.start.isoformat()}")
    calendar.add("x-wr-caldesc", attribution(itinerary))
    calendar.add("x-wr-timezone", request.city.timezone)
    written = (stamp or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    for number, day in enumerate(itinerary.days, start=1):
        for visit, leg in zip(day.visits, day.legs, strict=False):
            calendar.add_component(_event(itinerary, number, visit, leg, written))
    for one in itinerary.transfers:
        calendar.add_component(_transfer(itinerary, one, written))
    # One year around the trip: the zone's whole history would be most of the file.
    calendar.add_missing_timezones(
        first_date=request.start - timedelta(days=366),
        last_date=request.start + timedelta(days=366 + request.days),
    )
    return bytes(calendar.to_ical())


def _event(itinerary: Itinerary, number: int, visit: Visit, leg: Leg, written: datetime) -> Event:
    place, request = visit.place, itinerary.request
    stay = request.stay_on(number)
    zone = ZoneInfo(stay.city.timezone)
    event = Event()
    event.add("uid", f"{place.id}.{request.start:%Y%m%d}@tripwright")
    event.add("dtstamp", written)
    event.add("dtstart", visit.arrival.astimezone(zone))
    event.add("dtend", visit.departure.astimezone(zone))
    event.add("summary", title(visit))
    event.add("location", f"{place.name}, {place.address or stay.city.name}")
    event.add("geo", vGeo((place.coordinates.lat, place.coordinates.lon)))
    event.add("categories", [visit.meal.value if visit.meal else place.category.value])
    price = "Free entry" if visit.price.amount == 0 else money(visit.price)
    minded = [f"{one}." for one in to_mind(itinerary, number, visit)]
    told = [place.summary, f"{price}.", f"There: {way(leg)}.", *minded, attribution(itinerary)]
    event.add("description", "\n".join(line for line in told if line))
    return event


def _transfer(itinerary: Itinerary, one: Transfer, written: datetime) -> Event:
    event = Event()
    start = itinerary.request.start
    event.add("uid", f"{one.origin.id}.{one.destination.id}.{one.day}.{start:%Y%m%d}@tripwright")
    event.add("dtstamp", written)
    event.add("dtstart", one.departure.astimezone(ZoneInfo(one.origin.timezone)))
    event.add("dtend", one.arrival.astimezone(ZoneInfo(one.destination.timezone)))
    event.add("summary", f"{one.origin.name} to {one.destination.name}")
    event.add("categories", ["travel"])
    event.add("description", f"{transfer(one)}. An estimate: look up a timetable before you go.")
    return event
