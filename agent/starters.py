"""What one can click instead of typing, by kind of trip.

Labels are texts of `agent.words`; what is said is English, as the agent is. Each message was tried
with the adapter that ships: its call holds all that the message says, and the plan keeps to it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StarterGroup:
    """Starters of one kind: `starters.NAME` is its label, `/public/starters/NAME.svg` its icon."""

    name: str
    messages: tuple[tuple[str, str], ...]
    """Name and message of each; `starter.NAME` is its label."""


STARTERS = (
    StarterGroup(
        "easy",
        (
            ("lisbon", "3 days in Lisbon, art and food, easy pace"),
            ("kyoto", "4 days in Kyoto, temples and gardens, relaxed"),
            ("vienna", "2 days in Vienna, art and music, relaxed pace"),
        ),
    ),
    StarterGroup(
        "budget",
        (
            ("prague", "3 days in Prague, history and viewpoints, 200 euros in all"),
            ("berlin", "3 days in Berlin for two on a budget of 250 euros, art and nightlife"),
        ),
    ),
    StarterGroup(
        "children",
        (
            ("copenhagen", "3 days in Copenhagen with our children, parks and museums, easy pace"),
            ("paris", "2 days in Paris with children, easy pace"),
        ),
    ),
    StarterGroup(
        "cities",
        (
            ("rome_florence", "6 days in Rome and Florence, art and history"),
            ("tokyo_kyoto", "6 days in Tokyo and Kyoto, food and history"),
            ("vienna_budapest", "5 days in Vienna and Budapest, history and music"),
        ),
    ),
)
