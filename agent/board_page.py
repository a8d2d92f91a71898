"""The board's element as the browser gets it: its parts put together to the one file it may be.

Chainlit fetches `/public/elements/TripBoard.jsx` and runs it alone. The parts of
`public/trip-board/` have no imports of their own: they share those of the main file.
"""

from __future__ import annotations

from pathlib import Path

from tools.errors import DataError

ELEMENT = "TripBoard.jsx"
ADDRESS = f"/public/elements/{ELEMENT}"
PARTS = ("shared", "tiles", "map", "stop-tools", "days", "panels")
"""Of `public/trip-board/`, in order."""


def board_source(public: Path) -> str:
    """The whole element.

    Args:
        public: the folder of that name.

    Raises:
        DataError: a part can't be read.
    """
    files = [public / "elements" / ELEMENT, *(public / "trip-board" / f"{p}.jsx" for p in PARTS)]
    try:
        return "\n".join(file.read_text("utf-8") for file in files)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"A part of the chat's page can't be read: {error}.") from error
