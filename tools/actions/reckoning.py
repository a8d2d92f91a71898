"""What a call's words come to on the trip that stands: "200 more" of a budget of 600 is 800."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tools.actions import saying
from tools.amount_changes import Change, change_of, party_change_of
from tools.errors import MissingInformationError
from tools.headcount import ARGUMENT, counted, uncounted
from tools.money import convert
from tools.names import quote
from tools.outcome import Trip


def reckoned(args: Mapping[str, Any], trip: Trip) -> dict[str, Any]:
    """A call's arguments: its budget as a sum in the currency of the one that stands, its
    travellers as their number.

    Raises:
        MissingInformationError: no budget stands that the words could change, or nobody can tell
            how many people they leave.
    """
    found = dict(args)
    if ARGUMENT in args:
        found[ARGUMENT] = _travellers(args[ARGUMENT], trip)
    said = args.get("budget")
    if isinstance(said, str) and (change := change_of(said)):
        party = found.get(ARGUMENT)
        if change.each and party is None and trip.wishes.travellers is None:
            raise MissingInformationError(
                "It was not said how many you are; for how many is the sum?", ARGUMENT
            )
        people = party if isinstance(party, int) else _standing(trip)
        found |= _budget(change, args.get("currency"), trip, people)
    return found


def _travellers(said: Any, trip: Trip) -> Any:
    """Their number; what says none as it stands, for the schema to refuse."""
    if who := uncounted(said):
        raise MissingInformationError(
            f"It was not said how many {quote(who)} are; tell me how many you will be in all.",
            ARGUMENT,
        )
    standing = _standing(trip)
    party = counted({ARGUMENT: said}, standing)[ARGUMENT]
    if isinstance(said, str) and trip.itinerary is not None and (change := party_change_of(said)):
        party = round(change.of(standing))
    if party != said and party < 1:
        raise MissingInformationError(
            f"You were {saying.people(standing)} so far; tell me how many you will be in all.",
            ARGUMENT,
        )
    return party


def _standing(trip: Trip) -> int:
    """How many travel so far; who writes, where nobody said more."""
    if trip.wishes.travellers is not None:
        return trip.wishes.travellers
    return trip.itinerary.request.travellers if trip.itinerary is not None else 1


def _budget(change: Change, currency: str | None, trip: Trip, people: int) -> dict[str, Any]:
    standing = trip.wishes.budget
    if standing is None:
        raise MissingInformationError(
            "There is no budget yet that could change; what may the trip cost in all?", "budget"
        )
    own: str | None = trip.wishes.currency
    if own is None and trip.itinerary is not None:
        own = trip.itinerary.request.city.currency
    named = change.currencies
    if own and own not in named:  # "dollars" are several countries': the trip's own if it is one
        other = currency if currency in named or not named else named[0]
        change = replace(change, more=convert(change.more, other or own, own))
    return {"budget": change.of(standing, people), "currency": own}
