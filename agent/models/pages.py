"""Memory of mapped files, given back to the system."""

from __future__ import annotations

import ctypes
from pathlib import Path

_MAPS = Path("/proc/self/maps")
_DONTNEED = 4
"""`MADV_DONTNEED` of madvise(2): the pages go, and are read from the file again when touched."""


def release(file: Path, maps: Path = _MAPS) -> int:
    """Lets go of a file's pages that this program holds.

    OpenVINO maps a model's weights, makes its own of them while it compiles, and keeps the
    mapping: 137 MB of SmolLM2-135M in 8 bits that are hardly looked at again.

    Args:
        file: mapped by anybody in this process; where it could be written to it is left alone.
        maps: as Linux has it; elsewhere there is none, and nothing is done.

    Returns:
        Bytes of address space whose pages went.
    """
    try:
        lines = maps.read_text().splitlines()
    except OSError:
        return 0
    wanted, released = str(file.resolve()), 0
    for line in lines:
        # "7f00-7f10 r--p 00000000 08:01 42   /path/with spaces"
        addresses, rights, *_, path = line.split(maxsplit=5) if line.count(" ") > 4 else [""] * 6
        if path == wanted and "w" not in rights:
            start, end = (int(address, 16) for address in addresses.split("-"))
            released += _let_go(start, end - start)
    return released


def _let_go(start: int, length: int) -> int:
    advise = ctypes.CDLL(None, use_errno=True).madvise
    done = advise(ctypes.c_void_p(start), ctypes.c_size_t(length), _DONTNEED)
    return 0 if done else length
