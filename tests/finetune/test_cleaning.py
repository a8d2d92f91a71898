"""Dialogues from elsewhere: text mended, useless ones dropped, personal data masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.dialogue.turns import Call, Turn
from finetune.cleaning import clean
from finetune.cleaning.filters import fault, is_in, is_stuck
from finetune.cleaning.privacy import Masker
from finetune.cleaning.text import normalized
from finetune.config import CleaningConfig
from finetune.records import Dialogue

CONFIG = CleaningConfig(workers=1)
GERMAN = "Wo kann man hier in der Altstadt gut essen und danach noch etwas trinken?"
ANSWER = "The museum opens at nine and the park is free."


def dialogue(said: str, answer: str = ANSWER, origin: str = "here") -> Dialogue:
    """One message and its answer."""
    return Dialogue((Turn("user", said), Turn("assistant", answer)), "", "answer", origin)


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("CafÃ© â€œSolâ€\x9d", "Café “Sol”"),
        ("cafe\u0301", "café"),
        ("Tom &amp; Ana &lt;3", "Tom & Ana <3"),
        ("&amp;amp;quot;now&amp;amp;quot;", '"now"'),
        ("<p>One</p><p>Two<br/>three</p>", "One\n\nTwo\nthree"),
        ("<ul><li>sea<li>hills</ul>", "- sea\n- hills"),
        ("a <a href='https://x.org'>link</a><!-- hidden --><script>x()</script>", "a link"),
        ("zero\u200bwidth\ufeff, soft\u00adhyphen", "zerowidth, softhyphen"),
        ("bell\x07 \x1b[31mred\x1b[0m\x00", "bell red"),
        ("a  b\tc \r\n\r\n\r\n\r\n d", "a b c\n\nd"),
        ("- one\n  - two  words", "- one\n  - two words"),
        ("“curly” ‘quotes’ and \"straight\" 'ones'", None),
        ("I <3 it: a < b > c, List<Place>, <city>", None),
        ("family 👩‍👩‍👧, flag 🏴󠁧󠁢󠁥󠁮󠁧󠁿, می‌خواهم", None),
        ("Use `<div> &lt;`:\n\n```html\n<div>\n    <b>&amp;</b>\n</div>\n```", None),
        ("https://x.org/?a=1&copy=2", None),
        ("東京で！ＡＢＣ", None),
    ],
)
def test_text_is_as_it_was_meant(raw: str, meant: str | None) -> None:
    """Mojibake, entities, tags, unseen characters and white space; None: it stays as it is."""
    assert normalized(raw) == (raw if meant is None else meant)


_PIECES = st.sampled_from(
    [
        *("&", "amp;", "&lt;", "&gt;", "<", "b>", "<p>", "</p>", "<script>", "</script>", "<!--"),
        *("`", "```", "\n", "\r", " ", "\t", "- ", "1. ", "\x85", "\x80", "\x1b[3", "1m", "-->"),
        *("\u200b", "\u200d", "e\u0301", "Ã", "©", "â€", "™", "Â", "\xa0", "�", "\ud83d", "ﬁ"),
        *("👩", "🏴", "\U000e0067", "\u3000", "\uff01"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=4), max_size=14).map("".join))
def test_normalizing_twice_is_normalizing_once(text: str) -> None:
    """Whatever the text; and it never holds three line breaks in a row."""
    once = normalized(text)
    assert normalized(once) == once
    assert "\n\n\n" not in once and once == once.strip()


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ([Turn("user", "Is it open today?"), Turn("assistant", ANSWER)], None),
        ([Turn("user", "Is it open today?"), Turn("assistant", "")], "empty turn"),
        ([Turn("user", ""), Turn("assistant", ANSWER)], "empty turn"),
        ([Turn("assistant", ANSWER), Turn("user", "thank you")], "no answer at its end"),
        ([], "no answer at its end"),
        ([Turn("user", "Hi"), Turn("assistant", "Hello")], "too short"),
        ([Turn("user", "Why? " * 1500), Turn("assistant", ANSWER)], "too long"),
        ([Turn("user", "Go on"), Turn("assistant", "I am sorry. " * 9)], "repeats itself"),
        (
            [Turn("user", "undo"), Turn("assistant", calls=(Call("undo_change", {"day": 2}),))],
            None,
        ),
        (
            [Turn("user", GERMAN), Turn("assistant", ANSWER)],
            "other language",
        ),
    ],
)
def test_useless_dialogues_are_told(turns: Sequence[Turn], reason: str | None) -> None:
    """Each reason, and none where there is none."""
    assert fault(turns, CONFIG) == reason


@pytest.mark.parametrize(
    "text",
    [
        "Je voudrais passer trois jours à Lisbonne, avec de bons restaurants et des musées.",
        "Quiero pasar tres días en Lisboa con buena comida y museos para los niños.",
        "Хочу провести три дня в Лиссабоне с хорошей едой и музеями",
        "リスボンで三日間過ごしたいです。おいしい食べ物と美術館が好きです。子供が二人います。",
        "Ik wil graag drie dagen in Lissabon doorbrengen met lekker eten en musea",
    ],
)
def test_other_languages_are_told(text: str) -> None:
    """Not English; and whatever it is when every language is wanted."""
    assert not is_in(text, ("en",))
    assert is_in(text, ())


@pytest.mark.parametrize(
    "text",
    [
        "Ljubljana, Plitvice, Škocjan",
        "keep playa las gaviotas and lose the museum okay",
        "we can't skip Musée d'Orsay and Burj Khalifa",
        "3 days in Ljubljana at Hotel Cubo, then Plitvička Jezera and Škocjanske jame please",
        "Merci!",
    ],
)
def test_names_do_not_make_a_text_foreign(text: str) -> None:
    """Short texts, and English ones full of names of places, stay."""
    assert is_in(text, ("en",))


def test_loops_are_told_from_lists() -> None:
    """A model that got stuck, in words, sentences and lines; itineraries, tables and code are."""
    day = "09:00 {0} Museum, open until 18:00, 17 EUR. 13:00 lunch at Café {0}. 15:00 {0} Tower."
    plan = "\n".join(f"Day {n}: " + day.format(n) for n in ("One", "Two", "Three", "Four"))
    table = "\n".join(f"| {n} | museum | open | {3 * n} EUR |" for n in range(20))
    code = "```\n" + "x = x + 1\n" * 30 + "```"
    assert not any(map(is_stuck, (plan, table, code, "no no no", ANSWER)))
    assert is_stuck("the best of the best of the best of the best of the best of")
    assert is_stuck("very " * 8)
    assert is_stuck("You can see the old town and the harbour, then walk along the river. " * 4)
    assert is_stuck(plan + "\nEnjoy your stay here!" * 9)


PERSONAL = [
    ("mail Ann.B+x@mail.example.co.uk today", "mail [email 1] today"),
    ("call +44 20 7946 0958 or 020 7946 0958", "call [phone 1] or [phone 1]"),
    ("(415) 555-2671 or 415-555-2672", "[phone 1] or [phone 2]"),
    ("(02) 9374 4000, 0412 345 678, 98765 43210", "[phone 1], [phone 2], [phone 3]"),
    ("+351 21 342 2340, +81-3-1234-5678", "[phone 1], [phone 2]"),
    ("card 4111 1111 1111 1111 exp 12/27", "card [card 1] exp 12/27"),
    ("amex 378282246310005", "amex [card 1]"),
    ("pay to DE89 3704 0044 0532 0130 00 by Friday", "pay to [iban 1] by Friday"),
    ("GB82WEST12345698765432", "[iban 1]"),
    ("from 8.8.8.8 and 2001:4860:4860::8888", "from [ip 1] and [ip 2]"),
    ("my SSN is 123-45-6789", "my SSN is [id 1]"),
    ("DNI 12345678Z, NINO AB 12 34 56 C", "DNI [id 1], NINO [id 2]"),
]


@pytest.mark.parametrize(("text", "masked"), PERSONAL)
def test_personal_data_are_masked_by_kind(text: str, masked: str) -> None:
    """Each kind; once masked it stays so."""
    masker = Masker(("en",))
    assert masker.mask(text) == masked
    assert Masker(("en",)).mask(masked) == masked


SURVIVE = """
open 10:30-18:00 | 0900-1800 | from 0900 to 1800 | 0930 1130 1330 1530 | 09.30 12.45 15.00
2026-11-26 | 26/11/2026 09:30 | 20261126 | 20261126T0930 | 10.11.2026-14.11.2026 | 2026/2027
1 November 2026 - 14 November 2026 | 10 11 12 13 14 15 | from 2026 11 26 to 2026 12 03
1800 euros | €1,234.56 | 12 000 000 yen | $1,250,000-1,500,000 | 1.250.000,00 € | 100-200-3000 EUR
LH 1234 | BA 0283 at 1130 | flights U2 0455, KL 0565 02:06 | AA 100 0800-1130 | bus 28 at 1015
38.7223, -9.1393 | 40.7128,-74.0060 | -33.8688 151.2093 | 41°24'12.2"N 2°10'26.5"E | (38.72; -9.13)
ISBN 978-3-16-148410-0 | PNR X7GH2K | booking 12345678 | e-ticket 220-2345678901 | room 212, floor 5
SW1A 1AA | 1100-148 Lisboa | 7 000-8 500 m | version 3.11.7 | 192.168.0.1 | @ann_b | user@localhost
3.14159265358979 | 0.7071067811 | 4111 1111 1111 1112 | 000-12-3456 | DE89 3704 0044 0532 0130 01
https://x.org/4111111111111111?tel=+12125550147 | 12::30 | 10:30:00
"""


@pytest.mark.parametrize(
    "text", [t.strip() for line in SURVIVE.split("\n") for t in line.split("|") if t]
)
@pytest.mark.parametrize("languages", [("en",), ()])
def test_what_looks_like_personal_data_survives(text: str, languages: tuple[str, ...]) -> None:
    """Hours, dates, prices, flights, coordinates and numbers that fail their check digit."""
    assert Masker(languages).mask(f"It says {text} there") == f"It says {text} there"


_DATES = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%m/%d/%y",
    "%d.%m.%Y",
    "%d %B %Y",
    "%H:%M",
    "%H%M",
    "%d/%m %H:%M",
)


@settings(max_examples=150, deadline=None)
@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),
    st.timedeltas(timedelta(), timedelta(days=30)),
    st.sampled_from(_DATES),
    st.sampled_from((" - ", "-", "–", " to ", ", ")),
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.integers(3, 6),
    st.integers(1, 9_999_999),
)
def test_dates_hours_coordinates_and_prices_survive(
    start: datetime, span: timedelta, form: str, between: str,
    lat: float, lon: float, digits: int, price: int,
) -> None:  # fmt: skip
    """Any of them, as people write them."""
    text = (
        f"{start.strftime(form)}{between}{(start + span).strftime(form)} at {lat:.{digits}f}, "
        f"{lon:.{digits}f} for {price:,} EUR or {price} yen"
    )
    assert Masker(("en",)).mask(text) == text


def test_masks_are_the_same_throughout_a_dialogue_and_start_anew_in_the_next() -> None:
    """In words, calls and tools' facts, whatever the spelling; others get the next number."""
    turns = (
        Turn("user", "I am on +1 212 555 0147, my wife on (415) 555-2671. Book us a table please."),
        Turn("assistant", calls=(Call("book", {"phones": ["+12125550147"], "seats": 2}),)),
        Turn("tool", "booked for 212-555-0147"),
        Turn("assistant", "Booked; they will call (415) 555-2671."),
    )
    one = Dialogue(turns, "ann", "book", "mine")
    other = dialogue("And I am on (415) 555-2671, what time does it open?")
    cleaning = clean([one, other], CONFIG)
    first, second = cleaning
    assert first.turns[0].text.startswith("I am on [phone 1], my wife on [phone 2].")
    assert first.turns[1].calls[0].args == {"phones": ["[phone 1]"], "seats": 2}
    assert [t.text for t in first.turns[2:]] == [
        "booked for [phone 1]",
        "Booked; they will call [phone 2].",
    ]
    assert "[phone 1]" in second.turns[0].text
    assert (first.author, first.kind, first.origin) == ("ann", "book", "mine")
    assert cleaning.counts == {"masked: phone": 3}


def test_masking_can_be_left_out() -> None:
    """By the configuration."""
    said = "Write to ann@example.org about the tickets"
    config = CleaningConfig(mask_personal_data=False, workers=1)
    assert next(clean([dialogue(said)], config)).turns[0].text == said


def test_what_is_dropped_and_changed_is_counted_by_reason() -> None:
    """One of each; an empty system line goes alone."""
    given_ = [
        dialogue("  Is the <b>museum</b> open on Mondays?"),
        Dialogue((Turn("system", " "), *dialogue("Where can one swim in Graz?").turns), "", ""),
        dialogue("Hm", "Yes"),
        dialogue("Where do people dance at night around here?", "\u200b"),
        dialogue("is the museum open on mondays"),
    ]
    cleaning = clean(given_, CONFIG)
    kept = list(cleaning)
    assert [d.turns[0].text for d in kept] == [
        "Is the museum open on Mondays?",
        "Where can one swim in Graz?",
    ]
    assert cleaning.counts == {
        "changed: text": 2,
        "dropped: too short": 1,
        "dropped: empty turn": 1,
        "dropped: repeat": 1,
    }
    assert (cleaning.read, cleaning.kept) == (5, 2)


@pytest.mark.parametrize(
    ("config", "says"),
    [
        (CleaningConfig(near_duplicates=1.5), "similarity from 0 to 1"),
        (CleaningConfig(workers=-1), "number of processes"),
        (CleaningConfig(min_chars=9, max_chars=8), "can't be more than max_chars"),
        (CleaningConfig(languages=("en", "klingon")), "klingon, which can't be told"),
    ],
)
def test_a_configuration_that_cannot_be_followed_is_refused(
    config: CleaningConfig, says: str
) -> None:
    """At once, before anything is read."""
    with pytest.raises(ValueError, match=says):
        clean([], config)
