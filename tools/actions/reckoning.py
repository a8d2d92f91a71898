"""What a call's words come to on the trip that stands: "200 more" of a budget of 600 is 800."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tools.amount_changes import change_of
from tools.currency_words import currencies_in
from tools.errors import MissingInformationError
from tools.money import convert
from tools.outcome import Trip


def reckoned(args: Mapping[str, Any], trip: Trip) -> dict[str, Any]:
    """A call's arguments, its budget as a sum in the currency of the one that stands.

    Raises:
        MissingInformationError: none stands that the words could change.
    """
    said = args.get("budget")
    change = change_of(said) if isinstance(said, str) else None
    if change is None:
        return dict(args)
    standing = trip.wishes.budget
    if standing is None or trip.itinerary is None:
        raise MissingInformationError(
            "There is no budget yet that could change; what may the trip cost in all?", "budget"
        )
    currency = trip.wishes.currency or trip.itinerary.request.city.currency
    named = currencies_in(str(said))
    if named and currency not in named:
        other = args.get("currency") if args.get("currency") in named else named[0]
        change = replace(change, more=convert(change.more, str(other), currency))
    return {**args, "budget": change.of(standing), "currency": currency}
