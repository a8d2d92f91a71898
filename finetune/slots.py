"""A slot of a phrasing -> its surface and the arguments that come with it."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

from finetune import shifted
from finetune.ranges import date_range
from finetune.sources.phrasings import Phrasing
from finetune.surfaces import Surfaces

_PREPOSITION = re.compile(
    r"\b(on|from|leaving|starting|for|by|until|till|since|of|around|about|arriving|arrive|begin|"
    r"begins|beginning|off|to|out|start|starts|after|before|is|make it|at|in|between|commencing|"
    r"departing|opens|finishes)\s*$",
    re.I,
)
_CITY = re.compile(r"\{city[234]?\}")
_DETERMINER = re.compile(r"\b(?:an?|the|one|that|this)\s*$", re.IGNORECASE)
_TRIP_PLACE_TOOLS = frozenset(
    {"remove_place", "replace_place", "move_place", "pin_place", "unpin_place", "explain_plan"}
)
"""Tools whose `place` is in the trip, so that people say "the museum" too."""
_LENGTHS = (3, 6, 9, 7, 6, 3, 5, 2, 1, 3, 1, 1, 1, 2)
"""How often trips of 1 to 14 days are drawn."""


class Slots:
    """Draws what stands in a slot."""

    def __init__(self, surfaces: Surfaces, clauses: Mapping[str, list[Phrasing]]) -> None:
        self.surfaces = surfaces
        self.clauses = clauses
        self.rng: random.Random = surfaces.rng

    def draw(
        self,
        phrasing: Phrasing,
        slot: str,
        before: str,
        numbers: list[int],
        days: int,
        reference: float,
    ) -> tuple[str, dict[str, Any]]:
        """A slot's surface and the arguments it brings.

        Args:
            phrasing: whose slot it is; what the slot brings depends on its tool.
            slot: its name.
            before: the author's words before it.
            numbers: two days of the trip, for `{day}` and `{day2}`.
            days: of the trip.
            reference: how often a place of the trip is not named.

        Raises:
            KeyError: there is no such slot.
        """
        s, tool = self.surfaces, phrasing.tool
        match slot:
            case "city":
                f = s.city()
                return f.text, {_CITY_ARGUMENT.get(tool, "destination"): f.value}
            case "city2" | "city3" | "city4":
                f = s.city()
                return f.text, {slot: f.value}
            case "person" | "person2" | "person3":
                return s.person(), {}
            case "other_city" | "other_place":
                return (s.city() if slot == "other_city" else s.place()).text, {}
            case "stay1" | "stay2" | "stay3" | "stay4":
                f = s.number(self.rng.choices(range(1, 8), (2, 6, 8, 5, 2, 1, 1))[0])
                return f.text, {slot: f.value}
            case "arrive_at" | "leave_at":
                f = s.time(bare=True)
                return f.text, {slot: f.value}
            case "day_start" | "start":
                f = s.one_of("hours_bare")
                return f.text, {slot: f.value}
            case "day_end" | "end":
                f = s.one_of("ends_bare")
                return f.text, {slot: f.value}
            case "max_walk":
                f = s.one_of("max_walk")
                return f.text, {slot: f.value}
            case "part":
                f = s.one_of("parts")
                return f.text, {"time": f.value}
            case "changes":
                f = s.number(self.rng.choices((2, 3, 4, 5), (6, 4, 1, 1))[0])
                return f.text, {slot: f.value}
            case "place" | "place2" if tool == "travel_time":
                f = s.lodging() if self.rng.random() < 0.12 else s.place()
                return f.text, {"origin" if slot == "place" else "destination": f.value}
            case "place" if tool == "check_opening" and self.rng.random() < reference / 2:
                f = s.reference()
                return f.text, {"place": f.value}
            case "place" | "place2" | "replacement" | "query" | "near":
                if slot == "query" and self.rng.random() < 0.5:
                    f = s.city()
                elif (
                    slot == "place" and tool in _TRIP_PLACE_TOOLS and self.rng.random() < reference
                ):
                    f = s.reference()
                elif slot == "near" and self.rng.random() < 0.15:
                    f = s.lodging()
                else:
                    f = s.place()
                return f.text, {slot: f.value}
            case "day" | "day2":
                number = numbers[slot == "day2"]
                f = s.day(min(number, 9), days)
                key = "other_day" if slot == "day2" and tool == "swap_days" else slot
                return f.text, {key: f.value}
            case "day_num" | "day_num2":
                number = numbers[slot == "day_num2"]
                key = "day" if slot == "day_num" else "other_day"
                return str(number), {key: number}
            case "days":
                cities = len(set(_CITY.findall(phrasing.text)))  # each has a day at least
                f = s.days(max(cities, self.rng.choices(range(1, 15), _LENGTHS)[0]))
                return f.text, {"days": f.value}
            case "n":
                f = s.less_days(days - 1) if tool == "shorten_trip" else s.more_days()
                return f.text, {"days": f.value}
            case "date":
                plain = bool(_PREPOSITION.search(before)) or not before.strip()
                f = s.date(prepositioned=not plain and self.rng.random() < 0.45)
                return f.text, {"when" if tool == "look_up" else "start_date": f.value}
            case "shift" | "back" | "moved":
                text, span = getattr(shifted, slot)(self.rng)
                return text, {"start_date": span}
            case "end_date":
                text = s.pick(s.data["end_dates"])
                return text, {"end_date": text.removeprefix("the ")}
            case "date_range":
                composed = self.rng.random() < 0.5
                text, start, end = (
                    date_range(self.rng) if composed else s.pick(s.data["date_ranges"])
                )
                return text, {
                    "start_date": start.removeprefix("the "),
                    "end_date": end.removeprefix("the "),
                }
            case "travellers":
                f, kids = s.travellers()
                return f.text, {"travellers": f.value, **({"good_for_kids": True} if kids else {})}
            case "who":
                text, listed = s.companion()
                return text, {"travellers": list(listed)} if tool == "party" else {}
            case "budget":
                f, currency = s.budget()
                return f.text, {"budget": f.value, **({"currency": currency} if currency else {})}
            case "interests":
                f = s.interests()
                kids = tool in ("plan_days", "replan", "reply") and "family" in f.value
                return f.text, {"interests": f.value, **({"good_for_kids": True} if kids else {})}
            case "pace":
                f = s.pace()
                return f.text, {"pace": f.value}
            case "category" | "category_bare" | "categories" | "categories2":
                plural = slot.startswith("categories") or tool in ("find_places", "multi-find")
                f = s.category("plural" if plural else "bare" if slot == "category_bare" else "one")
                if plural:
                    return f.text, {"categories": [f.value]}
                return f.text, {"category": f.value}
            case "cuisine":
                f = s.cuisine()
                return f.text, {"cuisine": f.value}
            case "open_at":
                f = s.moment()
                return f.text, {"when" if tool == "check_opening" else "open_at": f.value}
            case "time" | "time_bare":
                f = s.time(bare=slot == "time_bare")
                return f.text, {"time": f.value}
            case "must_see":
                f = s.wanted()
                return f.text, {"must_see": f.value}
            case "avoid":
                f = s.unwanted()
                return f.text, {"avoid": f.value}
            case "lodging":
                f = s.lodging()
                return f.text, {"lodging": f.value}
            case "diet_clause" | "diet":
                f = s.diet()
                return f.text, {"diet": f.value}
            case "kids_clause":
                return self._clause("good_for_kids").text, {"good_for_kids": True}
            case "step_free_clause":
                clause = self._clause("step_free")
                return clause.text, dict(clause.args)
            case "format":
                f = s.file_format(bare=bool(_DETERMINER.search(before)))
                return f.text, {"format": f.value}
        raise KeyError(f"no filling for the slot {{{slot}}} of {phrasing.text!r}")

    def _clause(self, kind: str) -> Phrasing:
        """One that fills a slot: itself it has none."""
        return self.surfaces.pick([one for one in self.clauses[kind] if "{" not in one.text])


_CITY_ARGUMENT: Mapping[str, str] = {
    "find_places": "location", "look_up": "location", "extend_trip": "location",
    "shorten_trip": "location", "add_city": "city", "remove_place": "place",
    "explain_plan": "place",
}  # fmt: skip
"""What a city is to a tool; to the others it is where the trip goes."""
