"""Choosing and ordering places into days.

`plan` is the door; `problem` turns a request into numbers, `solve` searches, `schedule` sets the
clock times, `explain` says why a wish was left out. `score` says what a place is worth.
"""

from tools.planning.planner import plan
from tools.planning.problem import validate

__all__ = ["plan", "validate"]
