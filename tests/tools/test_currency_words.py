"""Which currencies words could mean."""

from __future__ import annotations

import pytest

from tools.arguments import Currency
from tools.currency_words import CODES, currencies_in


@pytest.mark.parametrize(
    ("text", "among", "not_among"),
    [
        ("40 quid", {"GBP"}, {"USD", "EUR"}),
        ("€25 each", {"EUR"}, {"USD"}),
        ("a hundred crowns", {"SEK", "CZK", "NOK", "DKK", "ISK"}, {"EUR"}),
        ("what's that in pesos, the Mexican ones", {"MXN", "ARS"}, {"USD"}),
        ("900 SEK", {"SEK"}, {"NOK"}),
        ("18500kr", {"ISK"}, {"EUR"}),
        ("5 bucks", {"USD", "CAD", "AUD"}, {"GBP"}),
        ("60 eruos in dolars", {"EUR", "USD"}, {"GBP"}),
        ("¥3000", {"JPY", "CNY"}, {"KRW"}),
        ("R$ 80 a head", {"BRL"}, {"USD", "ARS", "ZAR"}),
        ("HK$200", {"HKD"}, {"USD"}),
        ("US $50 or $50 Canadian", {"USD", "CAD"}, {"EUR"}),
        ("US $50", {"USD"}, {"CAD"}),
        ("CDN$50", {"CAD"}, {"USD"}),
        ("2k$ max", {"USD", "CAD"}, {"EUR"}),
        ("it's$20", {"USD", "SGD"}, {"EUR"}),
    ],
)
def test_words_signs_and_codes(text: str, among: set[str], not_among: set[str]) -> None:
    found = set(currencies_in(text))
    assert among <= found and not not_among & found


@pytest.mark.parametrize(
    ("text", "here", "found"),
    [
        ("9000 kroner", "DKK", ("DKK",)),
        ("1500 dirhams", "AED EUR", ("AED",)),
        ("200 Moroccan dirhams", "AED", ("AED", "MAD")),
        ("2000 kroner", "EUR", ("SEK", "NOK", "DKK")),
        ("50 dollars", "CAD", None),
        ("50 pounds", "EGP", None),
    ],
)
def test_where_one_goes_tells_what_is_meant(
    text: str, here: str, found: tuple[str, ...] | None
) -> None:
    """But for money that people bring along: those words could mean as many as anywhere."""
    told = currencies_in(text, frozenset(here.split()))
    assert set(told) >= set(found or currencies_in(text))
    assert found is None or "EUR" in here or set(told) == set(found)


def test_without_money_there_is_none() -> None:
    """Words that have a currency's name inside them are none."""
    assert (
        currencies_in("The Soleil hotel, the Poundbury train at 10, a wonderful sort of tour") == ()
    )
    assert currencies_in("") == ()


def test_each_currency_has_its_code_and_its_words() -> None:
    for code in CODES:
        assert currencies_in(f"12 {code.lower()}") != ()
        assert code in currencies_in(f"12 {code}")
    assert set(CODES) == set(Currency.__args__)  # type: ignore[attr-defined]
