"""What is told of a call that could not be done."""

from __future__ import annotations

from dataclasses import replace

from tools import arguments as args
from tools.actions import saying
from tools.actions.naming import UncoveredCityError
from tools.errors import (
    AmbiguousPlaceError,
    InputError,
    MissingInformationError,
    UnknownPlaceError,
)
from tools.names import quote
from tools.outcome import Outcome, Trip

OF_IMPORT = (
    "Whoever runs me can add a city from OpenStreetMap: python -m tools import FILE.osm.pbf."
)
"""Said where a city is real and nothing is known of it."""


def failed(trip: Trip, error: InputError, said: args.Arguments) -> Outcome:
    """What the model is told of an input error.

    Args:
        trip: as it is left.
        error: why the call could not be done.
        said: the call's arguments.
    """
    match error:
        case MissingInformationError(field="days"):
            city = trip.wishes.destination or getattr(said, "destination", None)
            return saying.outcome("need_days", trip, {"city": city})
        case MissingInformationError(field="destination"):
            return saying.outcome("need_destination", trip)
        case UncoveredCityError():
            near = error.suggestions
            told: dict[str, str | None] = {"city": error.city}
            told |= dict(zip(("city_a", "city_b"), near, strict=False))
            outcome = saying.outcome("unknown_city", trip, told)
            return replace(outcome, notes=(OF_IMPORT,))
        case UnknownPlaceError():
            close = next(iter(error.suggestions), None)
            return saying.outcome(
                "unknown_place", trip, {"name": _said(error, said), "suggestion": close}
            )
        case AmbiguousPlaceError() if len(error.candidates) > 1:
            a, b, *_ = error.candidates
            options = {"name": _said(error, said), "option_a": a, "option_b": b}
            return saying.outcome("ambiguous", trip, dict(options))
        case _:
            return cannot(trip, str(error))


def cannot(trip: Trip, reason: str) -> Outcome:
    """The outcome of a call that can't be done, for a reason in a sentence."""
    return saying.outcome("cannot", trip, {"reason": reason})


def _said(error: InputError, said: args.Arguments) -> str:
    """The name that the error is about: the argument that its sentence quotes."""
    names = [value for _, value in said if isinstance(value, str)]
    names += [v for _, value in said if isinstance(value, list) for v in value if type(v) is str]
    quoted = [name for name in names if quote(name) in str(error)]
    # of "Springfeld, USA" the sentence quotes the city alone
    partly = [name for name in names if quote(name)[1:-1].split(",")[0] in str(error)]
    return (quoted or partly or names or [""])[0]
