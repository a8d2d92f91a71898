"""The words of the chat's page in several languages: `words_for("de-AT").text("free")`.

A JSON file a language. `texts` are those that the board is written with, `ui` the labels that the
page itself needs; `{slot}` stands for what is put in, and a text that counts has the forms that
its language's plurals have. Dates are CLDR patterns; Babel knows names, figures and plurals.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, cast

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, get_currency_precision

from tools.errors import InvalidRequestError
from tools.money import convert
from tools.trip import Money

LANGUAGES = ("en", "de", "fr", "es", "ja")
"""English first: it stands in for all others."""

_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "TRY": "₺"}
"""Of currencies whose sign is no other's here; CLDR's own are longer in places ("$US")."""
_METRES_SHOWN = 950
"""Longer ways are told in kilometres."""
_METRES_A_FOOT, _METRES_A_MILE = 0.3048, 1609.344
_METRES_IN_FEET = 320
"""Longer ways are told in miles."""


@dataclass(frozen=True)
class Words:
    """Texts, dates and figures of one language; a key that it lacks is a `KeyError`."""

    language: str
    """Of `LANGUAGES`."""
    ui: Mapping[str, str]
    """The page's labels by key, their slots as they are."""
    texts: Mapping[str, str | Mapping[str, str]]
    dates: Mapping[str, str | Sequence[str]]
    cuisines: Mapping[str, str]
    """The catalogue's commonest; others stay in its English."""
    locale: Locale
    currency: str | None = None
    """ISO 4217; amounts of another currency are told in it, too, by the rates that come along."""
    miles: bool = False
    """Ways in miles and feet."""

    def text(self, key: str, **slots: object) -> str:
        """A text with its slots filled."""
        return cast(str, self.texts[key]).format(**slots)

    def count(self, key: str, count: int, **slots: object) -> str:
        """A text in the plural form of that many."""
        forms = cast("Mapping[str, str]", self.texts[key])
        # CLDR has more forms than are used here: "many" of French begins at a million
        form = forms.get(self.locale.plural_form(count), forms["other"])
        return form.format(count=count, **slots)

    def cuisine(self, name: str) -> str:
        """Such as "Seafood" for "seafood"."""
        return self.cuisines.get(name.lower(), name.capitalize())

    def listed(self, names: Sequence[str]) -> str:
        """Such as "Rome, Naples and London"."""
        return format_list(names, locale=self.locale)

    def day(self, day: date) -> str:
        """Such as "Fri 4 Dec"."""
        return self._dated(day, cast(str, self.dates["day"]))

    def dates_of(self, first: date, last: date) -> str:
        """Such as "Fri 4 – Sun 6 Dec 2026"; what both share is said once."""
        if first == last:
            return self._dated(first, cast(str, self.dates["day_and_year"]))
        if first.year != last.year:
            patterns = self.dates["across_years"]
        elif first.month != last.month:
            patterns = self.dates["within_year"]
        else:
            patterns = self.dates["within_month"]
        begun, ended = (
            self._dated(day, pattern) for day, pattern in zip((first, last), patterns, strict=True)
        )
        return self.text("span", first=begun, last=ended)

    def month(self, as_of: str) -> str:
        """Says "November 2026" of "2026-11"; another form is left as it is."""
        try:
            day = datetime.strptime(as_of, "%Y-%m").date()
        except ValueError:
            return as_of
        return self._dated(day, cast(str, self.dates["month"]))

    def money(self, value: Money) -> str:
        """Such as "€12", "€12.50", "CHF 8": cents only where there are any; "€12 (≈ $14)"."""
        told = self._amount(value)
        if self.currency is None or value.currency == self.currency or not value.amount:
            return told
        try:
            other = convert(value.amount, value.currency, self.currency)
        except InvalidRequestError:  # no rate of one of the two
            return told
        return self.text(
            "money.about", amount=told, about=self._amount(Money(round(other), self.currency))
        )

    def _amount(self, value: Money) -> str:
        places = get_currency_precision(value.currency)
        whole = not places or round(value.amount, 2) == int(value.amount)
        pattern = "#,##0" if whole else "#,##0.00"
        figure = format_decimal(value.amount, format=pattern, locale=self.locale)
        sign = _SIGNS.get(value.currency)
        if sign is None:
            return self.text("money.code", code=value.currency, figure=figure)
        return self.text("money.sign", sign=sign, figure=figure)

    def duration(self, minutes: int) -> str:
        """Such as "45 min", "2 h", "2 h 05"."""
        hours, rest = divmod(minutes, 60)
        if not hours:
            return self.text("minutes", minutes=rest)
        if not rest:
            return self.text("hours", hours=hours)
        return self.text("hours_and_minutes", hours=hours, minutes=rest)

    def way(self, metres: int) -> str:
        """Such as "800 m", "5.2 km"; or "2600 ft", "3.2 mi"."""
        if self.miles:
            feet = round(metres / _METRES_A_FOOT / 10) * 10
            if metres < _METRES_IN_FEET:
                return self.text("feet", feet=feet)
            far = format_decimal(metres / _METRES_A_MILE, format="0.0", locale=self.locale)
            return self.text("miles", miles=far)
        if metres < _METRES_SHOWN:
            return self.text("metres", metres=metres)
        far = format_decimal(metres / 1000, format="0.0", locale=self.locale)
        return self.text("kilometres", kilometres=far)

    def _dated(self, day: date, pattern: str) -> str:
        return format_date(day, pattern, locale=self.locale)


def words_for(language: str) -> Words:
    """The words for a BCP 47 tag ("de-AT", "ja"); English for a language that there is none of."""
    primary = language.strip().replace("_", "-").split("-")[0].lower()
    return _read(primary if primary in LANGUAGES else LANGUAGES[0])


@cache
def _read(language: str) -> Words:
    file = files(__package__) / f"{language}.json"
    content = cast("dict[str, Any]", json.loads(file.read_text(encoding="utf-8")))
    locale = Locale.parse(content.pop("locale"), sep="-")
    return Words(language=language, locale=locale, **content)


__all__ = ["LANGUAGES", "Words", "words_for"]
