"""A place's postal address on one line, from the tags of its OpenStreetMap feature.

Tags as https://wiki.openstreetmap.org/wiki/Key:addr:* describes them. An address is told only
where a street (or the settlement that stands for one) is noted: a postcode alone leads nobody
to a door.
"""

from __future__ import annotations

from tools.importing.tags import Tags

_NUMBER_FIRST = frozenset(
    "AU BH BS CA CI DZ EG FR GB GH GI HK IE IL IN JM JO KE KH KW LA LB LK LU MA MC MM MT MU MY MZ "
    "NG NZ OM PG PH PK QA SA SC SG SN TH TN TT TW TZ UG US VN ZA ZM ZW".split()
)
"""ISO 3166-1 alpha-2: where the number of a house is written before its street."""
_COMMA_BETWEEN = frozenset({"BR", "ES", "IT", "PT"})
"""Where a comma stands between a street and the number behind it."""


def address(tags: Tags, country: str) -> str:
    """Such as "Rua Augusta, 24, 1100-053 Lisboa"; empty where no street is noted.

    Args:
        tags: all of the feature's; `addr:full` is taken as it stands.
        country: ISO 3166-1 alpha-2, for the order of number and street.
    """
    full = _line(tags.get("addr:full", ""))
    if full:
        return full
    street = _line(tags.get("addr:street", "") or tags.get("addr:place", ""))
    if not street:
        return ""
    number = _line(tags.get("addr:housenumber", ""))
    if not number:
        first = street
    elif country.upper() in _NUMBER_FIRST:
        first = f"{number} {street}"
    else:
        first = f"{street}{',' * (country.upper() in _COMMA_BETWEEN)} {number}"
    town = f"{_line(tags.get('addr:postcode', ''))} {_line(tags.get('addr:city', ''))}".strip()
    return ", ".join(filter(None, (first, town)))


def _line(text: str) -> str:
    return " ".join(text.split())
