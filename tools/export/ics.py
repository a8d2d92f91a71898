"""iCalendar (RFC 5545): one event a visit, in the city's time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vGeo

from tools.export.wording import attribution, money, title, way
from tools.trip import Itinerary, Leg, Visit

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
    zone = ZoneInfo(request.city.timezone)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{request.city.name}, {request.start.isoformat()}")
    calendar.add("x-wr-caldesc", attribution(itinerary))
    calendar.add("x-wr-timezone", request.city.timezone)
    written = (stamp or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    for day in itinerary.days:
        for visit, leg in zip(day.visits, day.legs, strict=False):
            calendar.add_component(_event(itinerary, visit, leg, zone, written))
    # One year around the trip: the zone's whole history would be most of the file.
    calendar.add_missing_timezones(
        first_date=request.start - timedelta(days=366),
        last_date=request.start + timedelta(days=366 + request.days),
    )
    return bytes(calendar.to_ical())


def _event(
    itinerary: Itinerary, visit: Visit, leg: Leg, zone: ZoneInfo, written: datetime
) -> Event:
    place, request = visit.place, itinerary.request
    event = Event()
    event.add("uid", f"{place.id}.{request.start:%Y%m%d}@tripwright")
    event.add("dtstamp", written)
    event.add("dtstart", visit.arrival.astimezone(zone))
    event.add("dtend", visit.departure.astimezone(zone))
    event.add("summary", title(visit))
    event.add("location", f"{place.name}, {request.city.name}")
    event.add("geo", vGeo((place.coordinates.lat, place.coordinates.lon)))
    event.add("categories", [visit.meal.value if visit.meal else place.category.value])
    price = "Free entry" if visit.price.amount == 0 else money(visit.price)
    told = [place.summary, f"{price}.", f"There: {way(leg)}.", attribution(itinerary)]
    event.add("description", "\n".join(line for line in told if line))
    return event
