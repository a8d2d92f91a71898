# mypy: disallow-untyped-calls=False
# (Chainlit leaves most of its calls untyped)
"""The chat's settings panel: Chainlit's inputs for `agent.page_settings`."""

from __future__ import annotations

from typing import get_args

import chainlit as cl
from chainlit.input_widget import InputWidget, MultiSelect, Select, Switch

from agent.page_settings import MILES, UNSET, WALKS, PageSettings
from agent.words import Words
from tools.actions.party import MAX_DIETS
from tools.arguments import Currency
from tools.place import Diet
from tools.trip import Pace


async def show_settings(settings: PageSettings, words: Words) -> None:
    """Gives this page its panel, filled with the settings."""
    await cl.ChatSettings(_inputs(settings, words)).send()


def _inputs(settings: PageSettings, words: Words) -> list[InputWidget]:
    now = settings.to_json()
    walks = {words.text("settings.any_walk"): UNSET}
    chosen = settings.preferences.max_walk_minutes
    for minutes in sorted({*WALKS, *([] if chosen is None else [chosen])}):
        walks[words.text("settings.up_to", time=words.duration(minutes))] = str(minutes)
    currencies = {words.text("settings.local_currency"): UNSET}
    currencies |= {code: code for code in sorted(get_args(Currency))}
    units = {words.text("settings.metric"): "metric", words.text("settings.miles"): MILES}
    return [
        Select(
            id="pace",
            label=words.text("settings.pace"),
            items={words.text(f"pace.{pace.value}"): pace.value for pace in Pace},
            initial_value=now["pace"],
        ),
        MultiSelect(
            id="diets",
            label=words.text("settings.diet", most=MAX_DIETS),
            items={words.text(f"diet.{diet.value}"): diet.value for diet in Diet},
            initial=now["diets"],
        ),
        Switch(
            id="good_for_kids",
            label=words.text("settings.good_for_kids"),
            description=words.text("settings.good_for_kids.more"),
            initial=now["good_for_kids"],
        ),
        Switch(
            id="step_free",
            label=words.text("settings.step_free"),
            description=words.text("settings.step_free.more"),
            initial=now["step_free"],
        ),
        Select(
            id="max_walk_minutes",
            label=words.text("settings.max_walk"),
            items=walks,
            initial_value=now["max_walk_minutes"],
        ),
        Select(
            id="currency",
            label=words.text("settings.currency"),
            description=words.text("settings.currency.more"),
            items=currencies,
            initial_value=now["currency"],
        ),
        Select(
            id="units",
            label=words.text("settings.units"),
            items=units,
            initial_value=now["units"],
        ),
    ]
