"""Messages that point at what was said last: "it", "that one", or one of two that were offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from finetune import fragments
from finetune.answers import AnswerWriter
from finetune.filling import Filler
from finetune.followups import Exchange
from finetune.sources.phrasings import Phrasing

_AUTHOR = "pointing"
_FIRST = ("add {place}", "{place} please", "can we see {place}")


class Pointing:
    """Draws exchanges of a running trip whose answer names no place by itself.

    Args:
        filler: fills slots.
        answers: the host's words.
        by_tool: templates.
    """

    def __init__(
        self,
        filler: Filler,
        answers: AnswerWriter,
        by_tool: Mapping[str, Sequence[Phrasing]],
    ) -> None:
        self.filler = filler
        self.rng = filler.rng
        self.answers = answers
        self.by_tool = by_tool

    def draw(self, days: int) -> Exchange:
        """An exchange for a trip of so many days."""
        return self._chosen(days) if self.rng.random() < 0.3 else self._named_before(days)

    def _named_before(self, days: int) -> Exchange:
        """The place stands in the answer before."""
        before = self.rng.choice(["add_place", "add_place", "move_place"])
        first = self.filler.fill(Phrasing("parent", before, self.rng.choice(_FIRST)))
        name = str(first.args["place"])
        said = self.answers.write(
            "added" if before == "add_place" else "moved",
            {"place": name, "day": f"day {self.rng.randint(1, days)}", "time": "10:15"},
        )
        if name not in said:
            said = f"{name} is in. {said}"
        tool, text = self.rng.choice(fragments.POINTING)
        message = self.filler.fill(Phrasing("parent", tool, text), days=max(days, 2))
        args = {**message.args, "place": name}
        return Exchange(first.text, said, message.text, tool, args, "", _AUTHOR, True)

    def _chosen(self, days: int) -> Exchange:
        """The assistant asked which of two was meant."""
        tool = self.rng.choice(("remove_place", "add_place"))
        a, b = (str(self.filler.surfaces.place().value) for _ in range(2))
        first = self.filler.fill(self.rng.choice(self.by_tool[tool]), days=days, reference=1.0)
        question = self.answers.write(
            "ambiguous", {"name": first.args["place"], "option_a": a, "option_b": b}
        )
        wanted, ordinal = self.rng.choice([(a, "first"), (b, "second")])
        named = self.rng.random() < 0.6 or a not in question or b not in question
        text = self.rng.choice(
            [wanted, f"{wanted} please", f"I meant {wanted}", f"the {wanted}"]
            if named
            else [f"the {ordinal} one", f"{ordinal}", f"the {ordinal}", f"{ordinal} one please"]
        )
        args = {**first.args, "place": wanted}
        return Exchange(first.text, question, text, tool, args, "", _AUTHOR, True)
