"""Is what a button under a question says read as the call that it stands for?

    python -m tests.benchmarks.offers [--engine openvino|transformers]

A line of JSON for each sentence that was read otherwise, the summary last. Exit codes: 0 measured,
2 not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from agent.dialogue.offering import sentence
from agent.dialogue.turns import Call
from finetune.evaluation.conversing import agent_of
from finetune.evaluation.scoring import score
from tests.benchmarks import ENGINES, emit, settings_for
from tools.errors import TravelError

TRIP = "Lisbon, 4 days from 12 April 2027"
PLACES: Sequence[dict[str, Any]] = (
    {"place": "Oceanarium"},
    {"place": "Belém Tower", "day": 2},
    {"place": "Alfama", "time": "half past nine"},
    {"place": "National Tile Museum", "day": 3, "time": "15:30"},
)
HOURS: Sequence[dict[str, Any]] = (
    {"start": "10"}, {"end": "nine"}, {"day": 2, "start": "10:30"}, {"day": 3, "end": "18:00"},
    {"day": 1, "start": "10", "end": "17:00"}, {"start": "9", "end": "20:00"},
)  # fmt: skip
FREE: Sequence[dict[str, Any]] = (
    {"day": 2}, {"time": "1 to 3"}, {"day": 4, "time": "16:00 to 17:30"},
    {"day": 2, "time": "afternoon"},
)  # fmt: skip
OFFERED: tuple[Call, ...] = (
    *(Call(tool, args) for tool in ("add_place", "pin_place") for args in PLACES),
    *(Call("move_place", args) for args in PLACES[1:]),
    *(Call("remove_place", args) for args in PLACES[:2]),
    Call("unpin_place", PLACES[0]),
    Call("replace_place", {"place": "Chiado", "replacement": "Oceanarium"}),
    Call("replace_place", {"place": "Chiado", "category": "museum"}),
    Call("replace_place", {"place": "Chiado"}),
    Call("replace_place", {"place": "lunch", "day": 2, "replacement": "Os Tibetanos"}),
    *(Call("set_hours", args) for args in HOURS),
    *(Call("keep_free", args) for args in FREE),
    Call("swap_days", {"day": 1, "other_day": 3}),
    *(Call("set_pace", {"pace": pace}) for pace in ("relaxed", "packed")),
    *(Call("set_interests", {"interests": list(of)}) for of in (("art",), ("art", "food"))),
    Call("set_dates", {"start_date": "8 June"}),
    *(Call("extend_trip", {"days": days}) for days in (1, 2)),
    *(Call("shorten_trip", args) for args in ({"days": 1}, {"day": 2})),
    *(Call("undo_change", args) for args in ({}, {"changes": 2}, {"all": True})),
    Call("redo_change", {}),
    *(Call("check_opening", PLACES[0] | when) for when in ({}, {"when": "Monday"})),
)
"""Every form of sentence, at least once."""


def measure(engine: str | None) -> dict[str, Any]:
    """Reads each sentence as the first message after a plan.

    Raises:
        TravelError: nothing could be measured.
    """
    right = 0
    with agent_of(settings_for(engine, ":memory:")) as agent:
        trip = agent.send(TRIP, thread="offers").itinerary
        for call in OFFERED:
            said = sentence(call.name, call.args)
            assert said is not None
            heard = agent.propose([{"role": "user", "content": said}], trip)
            args = [{k: v for k, v in one.args.items() if v is not None} for one in heard]
            read = [Call(one.name, of) for one, of in zip(heard, args, strict=True)]
            if score(read, [[call]]).exact:
                right += 1
            else:
                calls = [[one.name, dict(one.args)] for one in read]
                emit({"said": said, "wanted": [call.name, dict(call.args)], "read": calls})
    total = len(OFFERED)
    return {"summary": "offers", "sentences": total, "right": right}


def main(argv: Sequence[str] | None = None) -> int:
    """See the module; returns its exit code."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks.offers", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES)
    try:
        emit(measure(parser.parse_args(argv).engine))
    except TravelError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
