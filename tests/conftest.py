"""What all tests share."""

from __future__ import annotations

import os

from tools.paths import cache_directory
from tools.planning.kernel.compiling import SUBFOLDER

# Programs that tests start have homes of their own, and would compile the planner for a minute.
os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_directory() / SUBFOLDER))
