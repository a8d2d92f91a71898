"""The words of the page: whole in each language, and as its readers write dates and money."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import agent.words
from agent.board import Board, board_of
from agent.words import LANGUAGES, words_for
from tests.tools.factories import planned, request, toured
from tools.childrens_rest import CHILDRENS_REST
from tools.money import convert
from tools.place import Category, MealKind
from tools.trip import Carrier, FreeTime, Mode, Money, Pace

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FRIDAY = date(2026, 12, 4)
OTHERS = LANGUAGES[1:]
SAME_AS_ENGLISH = {
    "de": {
        "diet.vegan",
        "diet.halal",
        "category.museum", "category.park", "category.zoo", "category.restaurant",
        "category.bar", "metres", "kilometres", "format.markdown", "format.kml",
        "key.budget", "key.format", "key.name", "value.text",
    },
    "fr": {
        "diet.halal",
        "category.restaurant", "category.bar", "category.zoo", "category.shopping", "minutes",
        "metres", "kilometres", "hours", "hours_and_minutes", "format.kml", "source",
        "settings.units", "settings.miles", "key.budget", "key.cuisine", "key.destination",
        "key.distance", "key.format", "interest.art", "interest.architecture", "interest.nature",
        "interest.shopping",
    },
    "es": {
        "diet.halal",
        "diet.kosher",
        "category.bar", "category.zoo", "minutes", "metres", "kilometres", "hours", "format.kml",
    },
    "ja": set(),
}  # fmt: skip
"""Words and units that both languages write alike."""
FORM_ONLY = {"span", "money.sign", "money.code", "money.about", "transfer"}
"""Texts of slots and marks alone."""
NAMES = re.compile(
    r"\{[^}]*\}|Natural Earth|Tripwright|Google Earth|OpenStreetMap|GPS|"
    r"（(Markdown|GeoJSON|[A-Z]+)）"
)
"""What stays in Latin letters in every script."""


def content(language: str) -> dict[str, Any]:
    """A language's file."""
    path = Path(agent.words.__file__).with_name(f"{language}.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def texts(language: str) -> Iterator[tuple[str, str]]:
    """All texts with their keys, each plural form by itself."""
    file = content(language)
    for section in ("texts", "ui"):
        for key, value in file[section].items():
            for text in value.values() if isinstance(value, dict) else [value]:
                yield key, text


def flat(nested: Mapping[str, Any], above: str = "") -> dict[str, str]:
    """Chainlit's texts by their whole key."""
    found: dict[str, str] = {}
    for key, value in nested.items():
        found |= flat(value, f"{above}{key}.") if isinstance(value, dict) else {above + key: value}
    return found


def slots(text: str) -> set[str]:
    """The names of a text's slots."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def strings(value: object) -> Iterator[str]:
    """Every string in a board."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    files = Path(agent.words.__file__).parent.glob("*.json")
    assert {file.stem for file in files} == set(LANGUAGES)


@pytest.mark.parametrize("language", OTHERS)
def test_all_languages_have_the_same_keys_and_slots(language: str) -> None:
    english, other = content("en"), content(language)
    assert english.keys() == other.keys()
    for section in ("dates", "texts", "ui"):
        assert english[section].keys() == other[section].keys()
    of_english = {key: slots(text) for key, text in texts("en")}
    for key, text in texts(language):
        assert slots(text) == of_english[key], key


def test_cuisines_are_the_same_in_all_but_english() -> None:
    keys = [content(language)["cuisines"].keys() for language in OTHERS]
    assert all(one == keys[0] for one in keys)
    assert all(key == key.lower() for key in keys[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_trip_can_say_has_a_text(language: str) -> None:
    words = words_for(language)
    kinds = (("category", Category), ("meal", MealKind), ("pace", Pace))
    keys = [f"{kind}.{one.value}" for kind, enum in kinds for one in enum]
    keys += [f"leg.{one.value}" for one in Mode] + [f"carrier.{one.value}" for one in Carrier]
    assert not set(keys) - words.texts.keys()


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_is_left(language: str) -> None:
    english = dict(texts("en"))
    same = {
        key
        for key, text in texts(language)
        if text.casefold() == english[key].casefold() and key not in FORM_ONLY
    }
    assert same == SAME_AS_ENGLISH[language]


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_word_is_left_in_a_sentence(language: str) -> None:
    said = re.compile(r"\b(the|and|of|to|is|are|this|was|can't|map|day|meals?|trip)\b", re.I)
    for key, text in texts(language):
        shown = re.sub(r"\{[^}]*\}", "", text)
        assert not said.search(shown), key


def test_japanese_has_no_latin_letters_but_in_names_and_units() -> None:
    latin = {key for key, text in texts("ja") if re.search("[A-Za-z]", NAMES.sub("", text))}
    assert latin == {"metres", "kilometres"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_the_forms_of_their_language(language: str) -> None:
    words = words_for(language)
    used = {words.locale.plural_form(count) for count in range(100)}
    for key, forms in words.texts.items():
        if isinstance(forms, Mapping):
            assert set(forms) == used | {"other"}, key


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("en", "1 sight", "2 sights"),
        ("de", "1 Sehenswürdigkeit", "2 Sehenswürdigkeiten"),
        ("fr", "1 visite", "2 visites"),
        ("es", "1 visita", "2 visitas"),
        ("ja", "観光1か所", "観光2か所"),
    ],
)
def test_plurals(language: str, one: str, two: str) -> None:
    words = words_for(language)
    assert (words.count("sights", 1), words.count("sights", 2)) == (one, two)


def test_the_plural_of_a_form_that_has_no_text_of_its_own() -> None:
    """French and Spanish have a form for millions."""
    assert words_for("fr").count("sights", 1_000_000).endswith(" visites")


@pytest.mark.parametrize(
    ("language", "day", "within_month", "within_year", "across_years", "month"),
    [
        ("en", "Fri 4 Dec", "Fri 4 – Sun 6 Dec 2026", "Mon 30 Nov – Fri 4 Dec 2026",
         "Fri 4 Dec 2026 – Fri 1 Jan 2027", "November 2026"),
        ("de", "Fr, 4. Dez.", "Fr, 4. – So, 6. Dez. 2026", "Mo, 30. Nov. – Fr, 4. Dez. 2026",
         "Fr, 4. Dez. 2026 – Fr, 1. Jan. 2027", "November 2026"),
        ("fr", "ven. 4 déc.", "ven. 4 – dim. 6 déc. 2026", "lun. 30 nov. – ven. 4 déc. 2026",
         "ven. 4 déc. 2026 – ven. 1 janv. 2027", "novembre 2026"),
        ("es", "vie, 4 dic", "vie, 4 – dom, 6 dic 2026", "lun, 30 nov – vie, 4 dic 2026",
         "vie, 4 dic 2026 – vie, 1 ene 2027", "noviembre de 2026"),
        ("ja", "12月4日(金)", "2026年12月4日(金)〜6日(日)", "2026年11月30日(月)〜12月4日(金)",
         "2026年12月4日(金)〜2027年1月1日(金)", "2026年11月"),
    ],
)  # fmt: skip
def test_dates(
    language: str, day: str, within_month: str, within_year: str, across_years: str, month: str
) -> None:
    words = words_for(language)
    assert words.day(FRIDAY) == day
    assert words.dates_of(FRIDAY, date(2026, 12, 6)) == within_month
    assert words.dates_of(date(2026, 11, 30), FRIDAY) == within_year
    assert words.dates_of(FRIDAY, date(2027, 1, 1)) == across_years
    alone = words.dates_of(FRIDAY, FRIDAY)
    assert alone.replace("2026年", "").replace(" 2026", "") == day != alone
    assert words.month("2026-11") == month
    assert words.month("last autumn") == "last autumn"


@pytest.mark.parametrize(
    ("language", "euros", "cents", "yen", "francs"),
    [
        ("en", "€1,200", "€12.50", "¥1,200", "CHF 8"),
        ("de", "1.200\xa0€", "12,50\xa0€", "1.200\xa0¥", "8\xa0CHF"),
        ("fr", "1\u202f200\xa0€", "12,50\xa0€", "1\u202f200\xa0¥", "8\xa0CHF"),
        ("es", "1.200\xa0€", "12,50\xa0€", "1.200\xa0¥", "8\xa0CHF"),
        ("ja", "€1,200", "€12.50", "¥1,200", "CHF\xa08"),
    ],
)
def test_money(language: str, euros: str, cents: str, yen: str, francs: str) -> None:
    money = words_for(language).money
    assert money(Money(1200, "EUR")) == euros
    assert money(Money(12.5, "EUR")) == cents
    assert money(Money(1200, "JPY")) == yen
    assert money(Money(8, "CHF")) == francs


@pytest.mark.parametrize(
    ("language", "spans", "ways"),
    [
        ("en", ("45 min", "2 h", "2 h 05"), ("800 m", "5.2 km")),
        ("de", ("45 Min.", "2 Std.", "2 Std. 5 Min."), ("800 m", "5,2 km")),
        ("fr", ("45 min", "2 h", "2 h 05"), ("800 m", "5,2 km")),
        ("es", ("45 min", "2 h", "2 h 5 min"), ("800 m", "5,2 km")),
        ("ja", ("45分", "2時間", "2時間5分"), ("800m", "5.2km")),
    ],
)
def test_durations_and_ways(language: str, spans: tuple[str, ...], ways: tuple[str, ...]) -> None:
    words = words_for(language)
    assert tuple(words.duration(minutes) for minutes in (45, 120, 125)) == spans
    assert tuple(words.way(metres) for metres in (800, 5200)) == ways


def test_names_are_listed_as_the_language_does() -> None:
    names = ["Rome", "Naples", "London"]
    assert words_for("en").listed(names) == "Rome, Naples and London"
    assert words_for("de").listed(names) == "Rome, Naples und London"
    assert words_for("ja").listed(names) == "Rome、Naples、London"


def test_cuisines_fall_back_to_the_catalogues_word() -> None:
    assert words_for("en").cuisine("seafood") == "Seafood"
    assert words_for("fr").cuisine("Seafood") == "Fruits de mer"
    assert words_for("fr").cuisine("okonomiyaki") == "Okonomiyaki"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("de", "de"), ("de-AT", "de"), ("DE_ch", "de"), ("ja", "ja"), ("ja-JP", "ja"),
        ("es-419", "es"), ("fr-CA", "fr"), ("en-US", "en"),
        ("nl-NL", "en"), ("zh-Hans-CN", "en"), ("", "en"), ("*", "en"), ("../de", "en"),
    ],
)  # fmt: skip
def test_any_tag_finds_its_language_or_english(tag: str, language: str) -> None:
    assert words_for(tag).language == language


def test_a_key_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        words_for("de").text("nonsense")


@pytest.fixture(scope="module")
def boards() -> dict[str, Board]:
    """The board of a tour with free time, a rest, a budget and an empty day, in each language."""
    tour = toured()
    free = (CHILDRENS_REST, FreeTime(1, time(18), time(19)))
    asked = replace(tour.request, good_for_kids=True, free=free, budget=900.0)
    emptied = replace(tour.days[1], visits=(), legs=())
    trip = replace(tour, request=asked, days=(tour.days[0], emptied, *tour.days[2:]))
    return {language: board_of(trip, made=NOW, words=words_for(language)) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_board_has_no_empty_text(boards: dict[str, Board], language: str) -> None:
    board = boards[language]
    assert (board["language"], board["words"]) == (language, content(language)["ui"])
    assert all(board["words"].values())
    shown = [
        board["title"], board["subtitle"], board["source"], board["cost"]["label"],
        board["cost"]["budget"], board["base"]["name"],
    ]  # fmt: skip
    for day in board["days"]:
        shown += [day["label"], day["facts"], day["base"]["name"]]
        shown += [leg["label"] for leg in day["legs"]]
        for stop in day["stops"]:
            shown += [stop["category"], stop["stay"], stop["price"], stop["meal"] or "no meal"]
        if day["transfer"] is not None:
            shown += [day["transfer"]["label"], day["transfer"]["details"]]
    assert all(text and text.strip(" ·") == text for text in shown)
    assert not any("{" in text or "}" in text for text in shown if text)


@pytest.mark.parametrize("language", OTHERS)
def test_a_board_says_nothing_in_english(boards: dict[str, Board], language: str) -> None:
    """But what comes from the tools and the catalogue."""
    board = {key: value for key, value in boards[language].items() if key != "words"}
    said = " ".join(strings(board))
    english = re.compile(
        r"\b(Walk|Public transport|sights?|meals?|on foot|free|Free|rest|Plane|door|"
        r"travellers?|pace|Facts|Lunch|Dinner|Square|Ruins)\b"
    )
    assert english.findall(said) == []


def test_a_board_in_german_and_one_in_japanese(boards: dict[str, Board]) -> None:
    german, japanese = boards["de"], boards["ja"]
    assert german["title"] == "5 Tage in Rome, Naples und London"
    assert german["subtitle"] == "Fr, 9. – Di, 13. Apr. 2027 · 1 Person · ausgewogenes Tempo"
    assert german["days"][1]["facts"] == "Freier Tag · Pause 14:30–15:30"
    assert german["cost"]["budget"] == "900\xa0€"
    assert japanese["title"] == "Rome、Naples、London 5日間"
    assert japanese["days"][1]["facts"] == "終日フリー · 休憩 14:30〜15:30"
    assert japanese["days"][0]["facts"].endswith("自由時間 18:00〜19:00")


def test_a_board_is_in_english_unless_told_otherwise() -> None:
    trip = planned(request(days=1))
    assert board_of(trip, made=NOW) == board_of(trip, made=NOW, words=words_for("nl"))


@pytest.mark.parametrize("tag", ["de-DE", "fr-FR", "es", "ja"])
def test_chainlits_own_texts_are_ours_in_each_language(tag: str) -> None:
    """They have English's keys and slots, and say the app's words where English does."""
    folder = Path(agent.words.__file__).parents[2] / ".chainlit" / "translations"
    english, other = (
        flat(json.loads((folder / f"{one}.json").read_text(encoding="utf-8")))
        for one in ("en-US", tag)
    )
    assert english.keys() == other.keys()
    for key, text in english.items():
        assert bool(other[key]) == bool(text), key
        assert re.findall(r"\{\{\w+\}\}", other[key]) == re.findall(r"\{\{\w+\}\}", text), key
        assert ("Tripwright" in other[key]) == ("Tripwright" in text), key
    assert other["threadHistory.sidebar.title"] in other["navigation.newChat.dialog.description"]
    assert "LLM" not in " ".join(other.values())


def test_money_and_ways_as_the_traveller_wants_them() -> None:
    """Local prices stay, the traveller's own currency beside them; miles, and feet when short."""
    words = words_for("en")
    abroad = replace(words, currency="USD", miles=True)
    euros = Money(20, "EUR")
    dollars = round(convert(20, "EUR", "USD"))
    assert abroad.money(euros) == f"{words.money(euros)} (≈ ${dollars})"
    assert abroad.money(Money(20, "USD")) == "$20", "one's own is not told twice"
    assert abroad.money(Money(0, "EUR")) == words.money(Money(0, "EUR"))
    assert [abroad.way(metres) for metres in (100, 319, 320, 1609, 8047)] == [
        "330 ft", "1050 ft", "0.2 mi", "1.0 mi", "5.0 mi",
    ]  # fmt: skip
    assert words.way(100) == "100 m"
