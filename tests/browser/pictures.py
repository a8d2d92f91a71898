"""Writes the pictures of `golden/` anew: `python -m tests.browser.pictures [FOLDER]`.

Plans, clock and sizes are fixed, so that on one machine the same code gives the same pictures.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.browser.script import ASK, PASSWORD, SCRIPT
from tests.browser.server import HERE, Server, play

GOLDEN = HERE / "golden"
MOST_BYTES = 150_000
_DESK, _PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
SCENES: list[dict[str, Any]] = [
    {
        "name": "desk-light", **_DESK, "theme": "light",
        "wanted": ["start", "board", "day", "compare", "shared", "settings"],
    },
    {"name": "desk-dark", **_DESK, "theme": "dark", "wanted": ["swap", "take"]},
    {"name": "phone-light", **_PHONE, "theme": "light", "wanted": ["board", "take"]},
    {"name": "phone-dark", **_PHONE, "theme": "dark", "wanted": ["start", "day"]},
]  # fmt: skip
LOGIN = {"name": "desk-light", **_DESK, "theme": "light", "wanted": ["login"]}


def names() -> set[str]:
    """The files' names."""
    return {f"{what}-{one['name']}.png" for one in [*SCENES, LOGIN] for what in one["wanted"]}


def write(folder: Path) -> list[Path]:
    """Writes all pictures into a folder.

    Raises:
        RuntimeError: a picture is missing, or larger than a repository should hold.
    """
    programs = [shutil.which("node"), shutil.which("chromium")]
    if not all(programs):
        raise RuntimeError("That needs node and chromium (`make test` installs them).")
    node, chromium = map(str, programs)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as at:
        home, house = Path(at) / "home", Path(at) / "house"
        for one in (home, house):
            one.mkdir()
        with (
            Server(home, SCRIPT) as private,
            Server(house, SCRIPT, TRIPWRIGHT_PASSWORD=PASSWORD) as open_to_others,
        ):
            scenes = [
                *({"scene": "pictures", **one} for one in SCENES),
                {"scene": "loginPicture", "url": open_to_others.url, **LOGIN},
            ]
            play(private, "golden", folder, node, chromium, scenes=scenes, ask=ASK)
    written = sorted(folder / name for name in names())
    for path in written:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            raise RuntimeError(f"{path} is missing or larger than {MOST_BYTES:,} bytes.")
    return written


if __name__ == "__main__":
    for one in write(Path(sys.argv[1]) if len(sys.argv) > 1 else GOLDEN):
        print(f"{one.stat().st_size:>8,}  {one}")
