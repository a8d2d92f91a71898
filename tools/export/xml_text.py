"""XML as GPX and KML need it: an element at a time, only characters that XML allows."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from tools.place import Coordinates

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0 has no way to write these, not even escaped."""


def child(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Appends an element to `parent` and returns it; characters that XML forbids are dropped."""
    made = ET.SubElement(parent, tag, attributes)
    if text is not None:
        made.text = _FORBIDDEN.sub("", text)
    return made


def document(root: ET.Element) -> bytes:
    """The whole document, UTF-8, with declaration, indented."""
    ET.indent(root, " ")
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def degrees(value: float) -> str:
    """A latitude or longitude with six decimals (0.1 m), never in powers of ten."""
    return f"{value:.6f}"


def lon_lat(points: list[Coordinates]) -> str:
    """`lon,lat lon,lat`, as KML writes coordinates."""
    return " ".join(f"{degrees(point.lon)},{degrees(point.lat)}" for point in points)
