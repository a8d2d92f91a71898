"""What of a mapped file is in memory, as Linux tells it."""

from __future__ import annotations

from pathlib import Path


def resident(file: Path) -> int:
    """KiB of the file that this process holds in memory."""
    held, ours = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if line[0] in "0123456789abcdef":
            ours = line.endswith(str(file))
        elif ours and line.startswith("Rss:"):
            held += int(line.split()[1])
    return held
