"""What a door is told of a message that was not answered. Light: no LangChain.

::

    tools.errors.TravelError
    ├── InputError
    │   ├── MessageError        empty, too long, or not in English; the thread was not touched
    │   └── StaleTripError      what was acted on is no longer the trip; nothing was changed
    ├── ModelError              the model, its weights or its engine can't be used
    │   └── EndlessAnswerError  it wrote and wrote; another message may do better
    └── TurnCancelledError      stopped from outside; the thread is as it was before the message
"""

from __future__ import annotations

from tools.errors import InputError, TravelError


class MessageError(InputError):
    """The message as it stands can't be answered; the sentence says what would be right."""


class TurnCancelledError(TravelError):
    """The turn was stopped from outside; the thread is as it was before the message."""


class ModelError(TravelError):
    """The model can't be used: missing, damaged, misfitting; the sentence says what to do."""


class EndlessAnswerError(ModelError):
    """The model came to no end with this message; another one may do better."""


class StaleTripError(InputError):
    """The trip was changed, elsewhere perhaps, since the traveller saw what they acted on."""
