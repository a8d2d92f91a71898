"""Everything that the travel domain raises on purpose.

::

    TravelError                 base: `except TravelError` catches all of the below
    ├── InputError              what the traveller (or the model) asked can't be used as it stands
    │   ├── UnknownPlaceError       no such place or city; carries suggestions
    │   ├── AmbiguousPlaceError     several places fit; carries the candidates
    │   ├── InvalidRequestError     days, dates, budget, times out of range or contradictory
    │   ├── MissingInformationError something needed was never said; carries which field
    │   └── InfeasibleError         a wish that can't be met; carries the reason
    ├── DataError               files: a damaged store, an unreadable import, a bad itinerary JSON
    └── ServiceUnavailableError an outside service is slow, failing, limiting or gone

An `InputError` is told to the model so that it can correct itself or ask; a
`ServiceUnavailableError` is told to the traveller; anything else is a bug and propagates.
The first argument of every error is one sentence that a traveller can read.
"""

from __future__ import annotations


class TravelError(Exception):
    """Base of every error that this package raises on purpose."""


class InputError(TravelError):
    """What was asked can't be used as it stands; the sentence says what would be right."""


class UnknownPlaceError(InputError):
    """No such place or city. `suggestions` holds close names, best first, perhaps none."""

    def __init__(self, message: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.suggestions = suggestions


class AmbiguousPlaceError(InputError):
    """Several places fit equally well. `candidates` holds names that tell them apart."""

    def __init__(self, message: str, candidates: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.candidates = candidates


class InvalidRequestError(InputError):
    """A number, date or combination that no trip can have."""


class MissingInformationError(InputError):
    """Something needed was never said. `field` names the argument to ask for."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class InfeasibleError(InputError):
    """A wish that can't be met together with the rest; the sentence gives the binding reason."""


class DataError(TravelError):
    """A file that is damaged, of another version, or not what it says it is."""


class ServiceUnavailableError(TravelError):
    """An outside service did not answer usefully."""
