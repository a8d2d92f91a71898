"""What is said in the scenes that share a server, and what the model does about it."""

from __future__ import annotations

from typing import Any

PASSWORD = "correct horse"
ASK = "3 days in Lisbon for two, art and food, 500 euros"
PLAN = {
    "destination": "Lisbon", "days": 3, "start_date": "4 December", "travellers": 2,
    "budget": 500, "interests": ["art", "food"],
}  # fmt: skip
READY = "Your 3 days in Lisbon are planned."
CHANGE = "swap day 1 and day 2"
UNDO = "undo that"
LONG = "10 days in Lisbon for two"
SLOW = "2 days in Porto, take your time"
"""A plan that is searched for some seconds (`tests.browser.keyed`)."""
SLOW_WORDS = "tell me about the trip at length"
"""An answer that takes some seconds."""
OTHER = "2 days in Rome"
QUICK = {"Make it easier": "make it more relaxed", "What is on day 1?": "what is on day 1?"}
TOLD = "It is two days… of walks… and of rests… by the river… and of port… in the evening."
SCRIPT: dict[str, list[Any]] = {
    ASK: [[["plan_days", PLAN]], READY],
    CHANGE: [[["swap_days", {"day": 1, "other_day": 2}]], "Day 1 and day 2 are swapped."],
    UNDO: [[["undo_change", {}]], "Taken back."],
    LONG: [[["plan_days", {**PLAN, "days": 10}]], "Your 10 days in Lisbon are planned."],
    SLOW: [
        [["plan_days", {"destination": "Porto", "days": 2, "start_date": "4 December"}]],
        "Your 2 days in Porto are planned.",
    ],
    SLOW_WORDS: [TOLD],
    OTHER: [
        [["plan_days", {"destination": "Rome", "days": 2, "start_date": "4 December"}]],
        "Your 2 days in Rome are planned.",
    ],
    "make it more relaxed": [
        [["set_pace", {"pace": "relaxed"}]], "The pace is relaxed now.",
    ],
    "what is on day 1?": [[["explain_plan", {"day": 1}]], "That is day 1."],
}  # fmt: skip
