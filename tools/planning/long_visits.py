"""Visits longer than a pace's day of sights: had where they were asked for, and told.

A theme park of six hours is more than a relaxed day holds. Nobody is brought there unasked; who
named it meant a day of it, which then holds no other sight.
"""

from __future__ import annotations

from dataclasses import replace

from tools.trip import KIDS_BUSY_SHARE, Itinerary, TripRequest

OF_A_LONG_VISIT = "As you asked for it, "
"""How notes of such days begin."""


def busy_minutes(request: TripRequest) -> int:
    """Minutes inside sights that a day of the request's pace holds."""
    share = KIDS_BUSY_SHARE if request.good_for_kids else 1.0
    return int(request.pace.max_busy_minutes * share)


def told(itinerary: Itinerary) -> Itinerary:
    """The itinerary with a note for each such day, or with none, whatever it had before."""
    request, usual = itinerary.request, busy_minutes(itinerary.request)
    notes = [note for note in itinerary.notes if not note.startswith(OF_A_LONG_VISIT)]
    for number, day in enumerate(itinerary.days, start=1):
        for visit in day.sights:
            if visit.place.minutes > usual:
                notes.append(
                    f"{OF_A_LONG_VISIT}day {number} is for {visit.place.name} alone: a visit "
                    f"takes {visit.place.minutes} minutes, more than the {usual} minutes of "
                    f"sights of a {request.pace.value} day"
                    + (" with children." if request.good_for_kids else ".")
                )
    return replace(itinerary, notes=tuple(notes))
