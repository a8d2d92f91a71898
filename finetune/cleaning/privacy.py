"""Personal data in dialogues, masked by kind: the same value gets the same mask throughout one."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import phonenumbers
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher
from stdnum import iban, luhn
from stdnum.br import cpf
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.it import codicefiscale
from stdnum.us import ssn

REGIONS: Mapping[str, tuple[str, ...]] = {
    "en": ("US", "GB", "AU", "IE", "IN", "NZ", "ZA"),
    "fr": ("FR",),
    "de": ("DE",),
    "es": ("ES",),
    "it": ("IT",),
    "nl": ("NL",),
    "pt": ("PT", "BR"),
}
"""Whose national phone numbers are looked for, by language; international ones always are."""


class Found(NamedTuple):
    """A piece of personal data in a text."""

    start: int
    end: int
    kind: str
    value: str
    """In one spelling, so that the same number with other blanks is the same."""


Finder = Callable[[str], Iterator[Found]]


class Masker:
    """Masks a dialogue's texts one after the other, `[phone 1]` for its first phone number.

    One of them serves one dialogue.
    """

    def __init__(self, languages: tuple[str, ...]) -> None:
        """With the languages whose regions' phone numbers are looked for; all when empty."""
        self._regions = tuple(r for code in languages or REGIONS for r in REGIONS.get(code, ()))
        self._numbers: dict[tuple[str, str], int] = {}

    @property
    def kinds(self) -> list[str]:
        """The kind of each value masked so far."""
        return [kind for kind, _ in self._numbers]

    def mask(self, text: str) -> str:
        """The text with `[KIND NUMBER]` for what is personal; text without is returned as it is."""
        if "@" not in text and not _MANY_DIGITS.search(text) and "::" not in text:
            return text
        taken: list[Found] = []
        for find in (*_FINDERS, self._phones):
            for found in find(text):
                if not any(_overlap(found, other) for other in taken):
                    taken.append(found)
        pieces, end = [], 0
        for found in sorted(taken):
            if found.kind != _LINK:
                pieces += [text[end : found.start], self._name(found)]
                end = found.end
        return "".join([*pieces, text[end:]])

    def _phones(self, text: str) -> Iterator[Found]:
        return _phones(text, self._regions)

    def _name(self, found: Found) -> str:
        same_kind = sum(kind == found.kind for kind, _ in self._numbers)
        number = self._numbers.setdefault((found.kind, found.value), same_kind + 1)
        return f"[{found.kind} {number}]"


def _overlap(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end


_LINK = "link"
"""Found so that no number is seen in one, and left as it is."""
_MANY_DIGITS = re.compile(r"\d(?:[^\d\n]{0,3}\d){5}|[0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,4}:[0-9a-fA-F]")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?![\w-])")
_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}(?![A-Z0-9])", re.IGNORECASE)
_CARD = re.compile(r"(?<![\d.,+/-])\d(?:[ -]?\d){12,18}(?![\d/-]|[.,]\d)")
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9a-f]{1,4}:[0-9a-f:]{4,}(?![\w:])", re.IGNORECASE)
_IDS: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"), ssn.is_valid),  # United States
    (re.compile(r"(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])"), cpf.is_valid),  # Brazil
    (re.compile(r"(?<!\w)\d{8}-?[A-Z](?!\w)"), dni.is_valid),  # Spain
    (re.compile(r"(?<!\w)[XYZ]-?\d{7}-?[A-Z](?!\w)"), nie.is_valid),  # Spain, of foreigners
    (re.compile(r"(?<!\w)[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}(?!\w)"), nir.is_valid),
    (re.compile(r"(?<!\w)[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z](?!\w)"), codicefiscale.is_valid),
    (
        # United Kingdom's insurance number, which has a shape and no check digit
        re.compile(r"(?<!\w)(?![DFIQUVO]|.[DFIQUVO])[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)"),
        lambda text: text[:2] not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ"),
    ),
)  # fmt: skip
_NATIONAL = re.compile(
    r"(?<![\w.,:/-])(?:\(\d{2,5}\)|0\d|(?:1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b"
    r"|[6-9]\d{4}[ -]\d{5}\b|\d{9,11}\b|[67]\d{2} )"
)
"""How a number without a country's code begins; hours and prices seldom do."""
_MOMENT = r"(?:[01]\d|2[0-4])[0-5]\d|[0-3]\d[01]\d(?:19|20)\d\d"
_MOMENTS = re.compile(rf"(?:{_MOMENT})(?:\W{{1,3}}(?:{_MOMENT}))*")
"""0900-1800 and 01112026, which numbering plans would allow."""
_GOES_ON = re.compile(r"[:.,/]?\d")
_OF_CARDS = re.compile(
    r"4\d{12}(?:\d{3}){0,2}"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|(?:6011|65\d\d|64[4-9]\d)\d{12}"  # Discover
    r"|3(?:0[0-5]|[68]\d)\d{11}"  # Diners Club
    r"|35(?:2[89]|[3-8]\d)\d{12}"  # JCB
    r"|62\d{14,17}"  # UnionPay
)


def _emails(text: str) -> Iterator[Found]:
    for found in _EMAIL.finditer(text):
        yield Found(*found.span(), "email", found[0].casefold())


def _links(text: str) -> Iterator[Found]:
    for found in _URL.finditer(text):
        yield Found(*found.span(), _LINK, found[0])


def _ibans(text: str) -> Iterator[Found]:
    """ISO 13616: the country's length and the checksum modulo 97."""
    for found in _IBAN.finditer(text):
        # the pattern may have run on into the next words: the longest start that is one
        for end in range(found.end(), found.start() + 14, -1):
            value = text[found.start() : end]
            if (end == found.end() or not text[end].isalnum()) and iban.is_valid(value):
                yield Found(found.start(), end, "iban", iban.compact(value))
                break


def _cards(text: str) -> Iterator[Found]:
    """ISO/IEC 7812: an issuer's prefix and length, and Luhn's check digit."""
    for found in _CARD.finditer(text):
        value = re.sub(r"\D", "", found[0])
        if _OF_CARDS.fullmatch(value) and luhn.is_valid(value):
            yield Found(*found.span(), "card", value)


def _ips(text: str) -> Iterator[Found]:
    """Addresses of the public internet; 192.168.0.1 is everybody's."""
    for pattern in (_IPV4, _IPV6):
        for found in pattern.finditer(text):
            try:
                address = ipaddress.ip_address(found[0])
            except ValueError:
                continue
            unicast = address.version == 4 or address in _UNICAST
            if address.is_global and unicast:
                yield Found(*found.span(), "ip", str(address))


_UNICAST = ipaddress.ip_network("2000::/3")


def _ids(text: str) -> Iterator[Found]:
    """Numbers by which states know people, where shape and check digits tell them."""
    for pattern, is_valid in _IDS:
        for found in pattern.finditer(text):
            if is_valid(found[0]):
                yield Found(*found.span(), "id", re.sub(r"\W", "", found[0]))


def _phones(text: str, regions: tuple[str, ...]) -> Iterator[Found]:
    """Numbers that the numbering plans of ITU and countries allow, written as people write them."""
    where: tuple[str | None, ...] = (None,) if "+" in text else ()
    if _NATIONAL.search(text):
        where += regions
    for region in where:
        for found in PhoneNumberMatcher(text, region, leniency=Leniency.STRICT_GROUPING):
            said = found.raw_string
            if region and (
                not _NATIONAL.match(text, found.start)
                or _MOMENTS.fullmatch(said)
                or _GOES_ON.match(text, found.end)
            ):
                continue
            if region not in (None, "US") and said.isdigit() and said[0] != "0":
                continue  # nine to eleven digits in a row are as often a booking's
            value = phonenumbers.format_number(found.number, PhoneNumberFormat.E164)
            yield Found(found.start, found.end, "phone", value)


_FINDERS: tuple[Finder, ...] = (_emails, _links, _ibans, _cards, _ids, _ips)
