"""A day's bounds and free time as the referee reads them; see `tools.check`.

`tools.daytime` reads them for the planner. The two share nothing on purpose.
"""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from tools.meals import minute_of_day
from tools.trip import ARRIVAL_MINUTES, DEPARTURE_MINUTES, OPEN_END_MINUTES, Itinerary, Visit


class DayFrame:
    """When a day begins and ends, and what of it was to stay free; minutes after its midnight.

    Args:
        itinerary: of the trip.
        number: of the day, 1-based.
    """

    def __init__(self, itinerary: Itinerary, number: int) -> None:
        self._itinerary = itinerary
        self._number = number
        self._date = itinerary.days[number - 1].date
        self.stay = itinerary.request.stay_on(number)
        self.zone = ZoneInfo(self.stay.city.timezone)
        self.start, self.end = self._bounds()
        wanted = [f for f in itinerary.request.free if f.day is None or f.day == number]
        self.free = sorted((minute_of_day(f.start), minute_of_day(f.end)) for f in wanted)

    def span(self, visit: Visit) -> tuple[float, float]:
        """Arrival and departure on the wall clock."""
        midnight = datetime.combine(self._date, time())
        arrival, departure = (
            ((_wall(moment, self.zone) - midnight).total_seconds()) / 60
            for moment in (visit.arrival, visit.departure)
        )
        return arrival, departure

    def free_between(self, start: float, end: float) -> float:
        """Minutes of free time between two of the day's, each minute once."""
        total, reached = 0.0, start
        for opens, closes in self.free:
            begins, ends = max(opens, reached), min(closes, end)
            if ends > begins:
                total += ends - begins
                reached = ends
        return total

    def _bounds(self) -> tuple[int, int]:
        request, number = self._itinerary.request, self._number
        start, end = request.hours_on(number)
        first, last = minute_of_day(start), minute_of_day(end)
        if any(own.day == number and own.open_end for own in request.hours):
            last = OPEN_END_MINUTES
        if number == 1 and request.arrive_at is not None:
            first = max(first, minute_of_day(request.arrive_at) + ARRIVAL_MINUTES)
        if number == request.days and request.leave_at is not None:
            last = min(last, minute_of_day(request.leave_at) - DEPARTURE_MINUTES)
        for transfer in self._itinerary.transfers:
            if transfer.day > number:
                continue
            arrival = _wall(transfer.arrival, self.zone)
            if arrival.date() > self._date:
                first = 24 * 60  # one is still on the way
            elif arrival.date() == self._date:
                first = max(first, minute_of_day(arrival.time()))
        return first, last


def clock(minutes: float) -> str:
    """`09:30`."""
    hour, minute = divmod(int(minutes), 60)
    return f"{hour:02d}:{minute:02d}"


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    there = moment if moment.tzinfo is None else moment.astimezone(zone)
    return there.replace(tzinfo=None)
