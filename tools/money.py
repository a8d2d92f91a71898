"""Amounts in another currency, by the dated table `tools/data/rates.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

import yaml  # type: ignore[import-untyped,unused-ignore]

from tools.errors import InvalidRequestError


@dataclass(frozen=True, slots=True)
class Rates:
    """Units of each currency for one euro, and the month they are of (`YYYY-MM`)."""

    as_of: str
    per_euro: dict[str, float]


@cache
def rates() -> Rates:
    """The table that ships."""
    text = files("tools").joinpath("data/rates.yaml").read_text(encoding="utf-8")
    loaded = cast("dict[str, object]", yaml.safe_load(text))
    table = cast("dict[str, float]", loaded["per_euro"])
    return Rates(str(loaded["as_of"]), {code: float(rate) for code, rate in table.items()})


def convert(amount: float, source: str, target: str) -> float:
    """The amount in the currency `target`, rounded to hundredths.

    Raises:
        InvalidRequestError: a currency that the table lacks.
    """
    if source == target:
        return amount
    table = rates().per_euro
    for code in (source, target):
        if code not in table:
            raise InvalidRequestError(
                f"I know no exchange rate for {code}; known are {', '.join(sorted(table))}."
            )
    return round(amount / table[source] * table[target], 2)
