"""Memory of mapped files, given back to the system."""

from __future__ import annotations

import ctypes
import mmap
import os
from pathlib import Path

_MAPS = Path("/proc/self/maps")


def release(file: Path, maps: Path = _MAPS) -> int:
    """Lets go of a file's pages that this process holds; they are read again when touched.

    OpenVINO maps the file of a model's weights, packs them for its kernels when it first reads
    something, and keeps the mapping: 137 MB of SmolLM2-135M in 8 bits that are hardly looked at
    again. No mapping of the file may end meanwhile: its addresses might be somebody else's then.

    Args:
        file: all its mappings go, whoever made them, but for those that can be written to now.
        maps: as Linux tells of them; where nobody does, nothing is done.

    Returns:
        Bytes of address space whose pages went.
    """
    try:
        lines = maps.read_bytes().split(b"\n")
        advise = ctypes.CDLL(None).madvise
        advice = mmap.MADV_DONTNEED
    except (OSError, AttributeError, TypeError):  # not Linux; a saving is no reason to stop
        return 0
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    wanted, released = os.fsencode(file.resolve()), 0
    for line in lines:
        # b"7f00-7f10 r--p 00000000 08:01 42     /path/with spaces"
        fields = line.split(None, 5)
        if len(fields) == 6 and fields[5] == wanted and b"w" not in fields[1]:
            start, end = (int(address, 16) for address in fields[0].split(b"-"))
            if advise(start, end - start, advice) == 0:
                released += end - start
    return released
