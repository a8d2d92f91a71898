"""Does what an answer names exist?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetune.evaluation.conversing import Exchange
from finetune.evaluation.figures import figures_in
from finetune.evaluation.grounded import Lore, grounded_task
from finetune.evaluation.tasks import run
from tools.place import City, Coordinates
from tools.trip import Itinerary, TripRequest

LISBON = City("lisbon", "Lisbon", "PT", Coordinates(38.71, -9.14), "Europe/Lisbon", "EUR", 30)
FACTS = "added\nplace: Belém Tower\nday: day 2\ntime: 09:30"
ASKED = Exchange(
    said="Add the tower in Belém for my aunt Gertrude",
    heard=("Add the tower in Belém for my aunt Gertrude",),
    facts=(FACTS,),
    itinerary=Itinerary(TripRequest(LISBON, date(2027, 5, 10), 3, budget=300.0), ()),
)


@pytest.mark.parametrize(
    "answer",
    [
        "Belém Tower is on day 2 at 9:30.",
        "Done: Belém Tower, day 2, 09:30. Gertrude will like it!",
        "The Torre de Belém and the São Jorge Castle are in Lisbon, Portugal.",
        "Will you see Lisbon's Belém Tower on Monday? I'd say yes, in May.",
        "Visit it. Within 3 days and 300 euros.",
    ],
)
def test_what_exists_may_be_said(lore: Lore, answer: str) -> None:
    found = lore.unknown(answer, ASKED)
    assert (found.names, found.figures) == ((), ())


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("Belém Tower is next to Quibbleton Hall.", "Quibbleton Hall"),
        ("Then comes the Belém Tower Gallery.", "Belém Tower Gallery"),
        ("Quibbleton awaits you.", "Quibbleton"),
        ("You will love Tower Belém.", "Tower Belém"),
        ("In Lisbon, say hello to Zorvane.", "Zorvane"),
    ],
)
def test_what_does_not_exist_is_found(lore: Lore, answer: str, name: str) -> None:
    assert lore.unknown(answer, ASKED).names == (name,)


def test_a_name_from_elsewhere_exists_and_is_not_of_the_turn(lore: Lore) -> None:
    found = lore.unknown("Time Out Market is near Rotterdam.", ASKED)
    assert (found.names, found.foreign) == ((), ("Time Out Market", "Rotterdam"))


@pytest.mark.parametrize("figure", ["4", "09:45", "17", "310"])
def test_a_figure_that_nothing_bears_out_is_found(lore: Lore, figure: str) -> None:
    assert lore.unknown(f"Belém Tower: {figure}.", ASKED).figures == (figure,)


def test_figures_are_read_as_what_they_mean() -> None:
    assert list(figures_in("9:05, 9pm, 1,300 or 12.5 km").values()) == [
        (9, 5),
        (21, 0),
        1300,
        12.5,
    ]
    assert figures_in("09:05")["09:05"] == figures_in("9:05 am")["9:05 am"]


@given(st.integers(0, 23), st.integers(0, 59))
def test_hours_read_alike_in_both_clocks(hour: int, minute: int) -> None:
    half = "am" if hour < 12 else "pm"
    [one] = figures_in(f"{hour:02}:{minute:02}").values()
    [other] = figures_in(f"{hour % 12 or 12}:{minute:02} {half}").values()
    assert one == other == (hour, minute)


def test_answers_and_refusals_are_counted_apart(lore: Lore) -> None:
    said = [
        replace(ASKED, answer="Belém Tower is on day 2."),
        replace(ASKED, answer="Quibbleton is on day 7."),
        replace(ASKED, error="The message is empty."),
    ]
    one = SimpleNamespace(id="c", messages=("1", "2", "3"))
    task = grounded_task([one], lambda _: tuple(said), lore)  # type: ignore[list-item]
    found = run(task, progress=False)
    assert (found.metrics["answered"].value, found.metrics["answered"].n) == (66.7, 3)
    assert found.metrics["no unknown name or figure"].value == 50
    assert found.metrics["no unknown name"].n == 2
    assert len(found.failures) == 2
    assert found.failures[0][-2:] == ("unknown names: Quibbleton", "unknown figures: 7")
