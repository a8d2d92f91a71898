"""Sources: every shape becomes turns, what can't be read is counted, refusals say what to set."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import pytest
from datasets import Dataset
from hypothesis import given
from hypothesis import strategies as st

from agent.dialogue.turns import Call, Turn
from finetune.config import SourceConfig
from finetune.sources import SOURCES, Source, SourceError, open_source
from finetune.sources.conversations import RowError, turns_of
from finetune.sources.travel_qa import DEFAULT, KNOWN
from tools.catalog import CATALOG

ASKED, SAID = Turn("user", "Is the Prado open on Monday?"), Turn("assistant", "Yes, until eight.")
WEATHER = Call("get_weather", {"city": "Oslo", "days": 2})
OPENAI: dict[str, Any] = {
    "messages": [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Weather in Oslo?"}]},
        {
            "role": "assistant",
            "content": "Let me look.",
            "tool_calls": [
                {
                    "id": "1",
                    "type": "function",
                    "function": {"name": "get_weather", "arguments": '{"city": "Oslo", "days": 2}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "1", "content": "rain"},
        {"role": "assistant", "content": "Take a coat."},
        {"role": "user", "content": "Thanks!"},
    ],
    "tools": [{"type": "function", "function": {"name": "get_weather", "parameters": {}}}],
}
OSLO = (
    Turn("system", "Be brief."),
    Turn("user", "Weather in Oslo?"),
    Turn("assistant", calls=(WEATHER,)),
    Turn("tool", "rain"),
    Turn("assistant", "Take a coat."),
)
TRAVELPLANNER: dict[str, Any] = {
    "org": "Asheville",
    "dest": "Baltimore",
    "days": "3",
    "visiting_city_number": "1",
    "date": "['2022-03-20', '2022-03-21', '2022-03-22']",
    "people_number": "8",
    "local_constraint": "{'house rule': 'children under 10', 'cuisine': None}",
    "budget": "6500",
    "query": "Please create a 3-day trip itinerary for a group of 8, departing from Asheville and "
    "heading to Baltimore. The travel dates are from March 20th to March 22nd, 2022. Our budget is "
    "set at $6,500, and our rooms must be suitable for children under 10.",
    "annotated_plan": "[{'days': 1}]",
}


def sharegpt(*pairs: tuple[str, str], **more: Any) -> dict[str, Any]:
    """A row of ShareGPT's shape."""
    return {"conversations": [{"from": who, "value": text} for who, text in pairs], **more}


def written(path: Path, rows: list[Any]) -> Path:
    """A file of JSON lines; texts are written as they are."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def csv_of(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """A file of comma-separated values."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def source(kind: str, path: Path | str = "", limit: int = 0) -> Source:
    """An entry of a recipe, opened."""
    return open_source(SourceConfig(kind, str(path), limit=limit))


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub can't be reached, and nobody tries for half a minute."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


# --- shapes -------------------------------------------------------------------------------------


def test_openai_with_a_tool_call_and_a_question_left_open() -> None:
    """Parts are joined, the call is kept for the words beside it, the open question goes."""
    assert turns_of(OPENAI) == OSLO


def test_the_older_function_call_reads_like_a_tool_call() -> None:
    """`function_call` and its answer by "function" are what tool calls were before."""
    row = {
        "messages": [
            {"role": "user", "content": "Weather in Oslo?"},
            {
                "role": "assistant",
                "content": None,
                "function_call": {"name": "get_weather", "arguments": {"city": "Oslo", "days": 2}},
            },
            {"role": "function", "name": "get_weather", "content": "rain"},
            {"role": "assistant", "content": "Take a coat."},
        ]
    }
    assert turns_of(row) == OSLO[1:]


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        (("function_call", '{"name": "get_weather", "arguments": {"city": "Oslo", "days": 2}}'),
         ("observation", "rain")),
        (("gpt", 'I look.\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Oslo", '
          '"days": 2}}\n</tool_call>'), ("tool", "<tool_response>\nrain\n</tool_response>")),
    ],
)  # fmt: skip
def test_sharegpt_with_calls(call: tuple[str, str], answer: tuple[str, str]) -> None:
    """LLaMA Factory's roles and Hermes' tags give the same turns."""
    row = sharegpt(
        ("human", "Weather in Oslo?"), call, answer, ("gpt", "Take a coat."), system="Be brief."
    )
    assert turns_of(row) == OSLO


def test_alpaca_with_and_without_input() -> None:
    """The input stands below the instruction."""
    row = {"instruction": "Translate to French.", "input": "Good day", "output": "Bonjour"}
    assert turns_of(row)[0].text == "Translate to French.\n\nGood day"
    assert turns_of({**row, "input": ""})[0].text == "Translate to French."
    assert turns_of(row)[1] == Turn("assistant", "Bonjour")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"text": "words"}, "none of the known shapes"),
        ({"messages": "words"}, "`messages` is no list"),
        (sharegpt(("human", "Hello")), "no assistant's turn"),
        (sharegpt(("gpt", "Hello")), "no user's turn before an assistant's"),
        (sharegpt(("human", "Hello"), ("gpt", " ")), "an empty turn"),
        (sharegpt(("alien", "Hello"), ("gpt", "Hi")), "an unknown role"),
        (sharegpt(("human", "Hello"), ("function_call", "{")), "JSON in a string that is none"),
        (sharegpt(("human", "Hi"), ("function_call", "{}")), "a tool call without a name"),
        ({**OPENAI, "tools": '[{"name": "other"}]'}, "a call of a tool that `tools` lacks"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
         "content that is no text"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_says_why(row: dict[str, Any], reason: str) -> None:
    """The reason holds nothing of the row, so that reasons can be counted."""
    with pytest.raises(RowError) as caught:
        turns_of(row)
    assert str(caught.value) == reason


KEYS = st.sampled_from(
    "messages conversations role from content value tool_calls function name arguments tools "
    "instruction output user gpt function_call system".split()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, JSON, max_size=4))
def test_any_json_is_turns_or_a_reason(row: dict[str, Any]) -> None:
    """No row of a file can stop the run, and what is read ends with an assistant's turn."""
    try:
        turns = turns_of(row)
    except RowError:
        return
    assert turns[-1].role == "assistant"


# --- jsonl --------------------------------------------------------------------------------------


def test_a_users_file_of_all_shapes(tmp_path: Path) -> None:
    """Each row with its origin and kind, whatever shape; a tool that we lack stays as it is."""
    rows = [
        OPENAI,
        sharegpt(("human", ASKED.text), ("gpt", SAID.text)),
        {"instruction": "Weather in Oslo?", "output": "Rain."},
        {"messages": OPENAI["messages"][:3]},
    ]
    read = source("jsonl", written(tmp_path / "trips.jsonl", rows))
    found = list(read)
    assert [d.kind for d in found] == ["answer", "reply", "reply", "get_weather"]
    assert {d.origin for d in found} == {"jsonl:trips"}
    assert found[3].target.calls == (WEATHER,)
    assert read.rows == 4 and not read.unread


def test_rows_that_cannot_be_read_are_counted_with_their_lines(tmp_path: Path) -> None:
    """Bad lines don't stop the good ones; blank lines count as lines and not as rows."""
    good = sharegpt(("human", ASKED.text), ("gpt", SAID.text))
    path = written(tmp_path / "mixed.jsonl", [good, "{", "", good, {"text": "x"}, "[1]", "{"])
    with path.open("ab") as file:
        file.write(b"\xff\xfe\n")
    read = source("jsonl", path)
    assert len(list(read)) == 2
    assert read.unread == {
        "no JSON": 2, "none of the known shapes": 1, "no JSON object": 1, "no UTF-8": 1
    }  # fmt: skip
    assert read.faults[0] == "mixed.jsonl, line 2: no JSON"
    assert read.faults[-1] == "mixed.jsonl, line 8: no UTF-8"
    assert read.rows == 7


def test_a_file_without_a_row_that_can_be_read_names_the_shapes(tmp_path: Path) -> None:
    """One good file of a folder does not hide that another is of no use."""
    written(tmp_path / "a.jsonl", [sharegpt(("human", ASKED.text), ("gpt", SAID.text))])
    written(tmp_path / "b.jsonl", [{"text": "x"}] * 3)
    with pytest.raises(SourceError, match=r"b\.jsonl .*line 3.*OpenAI.*ShareGPT.*Alpaca"):
        list(source("jsonl", tmp_path))


def test_a_limit_is_of_rows(tmp_path: Path) -> None:
    """Rows that can't be read count, and nothing behind the limit is looked at."""
    good = sharegpt(("human", ASKED.text), ("gpt", SAID.text))
    written(tmp_path / "a.jsonl", ["{", good, good, good])
    written(tmp_path / "b.jsonl", ["{"])
    read = source("jsonl", tmp_path, limit=3)
    assert len(list(read)) == 2
    assert read.rows == 3


@pytest.mark.parametrize("name", ["", "nowhere.jsonl", "empty"])
def test_a_path_without_json_lines_is_refused(name: str, tmp_path: Path) -> None:
    """A sentence says what `path` has to be."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=r"a \.jsonl file, or a folder"):
        source("jsonl", str(tmp_path / name) if name else "")


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    """Rather than to give nothing without a word."""
    with pytest.raises(SourceError, match="holds no row"):
        list(source("jsonl", written(tmp_path / "a.jsonl", [""])))


# --- tables -------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["parquet", "jsonl", "folder"])
def test_general_reads_finetome_s_shape_from_here(ending: str, tmp_path: Path) -> None:
    """Parquet, JSON lines or a folder as downloaded give the same dialogues."""
    rows = [
        {**sharegpt(("human", f"Question {n}?"), ("gpt", "Answer.")), "source": "x", "score": 5.1}
        for n in range(5)
    ]
    path = tmp_path / ("set" if ending == "folder" else f"set.{ending}")
    table = Dataset.from_list(rows)
    if ending == "folder":
        (path / "data").mkdir(parents=True)
        table.to_parquet(path / "data" / "train-00000-of-00001.parquet")
        Dataset.from_list(rows[:1]).to_parquet(path / "data" / "test-00000-of-00001.parquet")
    elif ending == "parquet":
        table.to_parquet(path)
    else:
        written(path, rows)
    found = list(source("general", path))
    assert [d.turns[0].text for d in found] == [f"Question {n}?" for n in range(5)]
    assert {d.origin for d in found} == {"general:set"}


def test_travel_questions_from_columns(tmp_path: Path) -> None:
    """A pair of columns is a dialogue; one with a slot left open is not learned."""
    rows = [
        {"Question": ASKED.text, "Response": SAID.text},
        {"Question": "And my booking?", "Response": "It is {{Booking Number}}."},
    ]
    read = source("travel_qa", csv_of(tmp_path / "qa.csv", rows))
    assert [d.turns for d in read] == [(ASKED, SAID)]
    assert read.unread.total() == 1 and "{{Booking Number}}" in read.faults[0]


def test_columns_that_nobody_knows_are_an_error_with_those_that_are(tmp_path: Path) -> None:
    """The message names pairs of columns and shapes."""
    path = csv_of(tmp_path / "qa.csv", [{"a": "x", "b": "y"}])
    with pytest.raises(SourceError, match=r"question and answer.*messages"):
        list(source("travel_qa", path))


def test_every_known_set_has_a_licence() -> None:
    """The default is one of them."""
    assert DEFAULT in KNOWN and len(KNOWN) > 1
    assert all(known.licence and known.about for known in KNOWN.values())


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("kind", ["general", "travel_qa", "travelplanner"])
def test_without_the_hub_a_sentence_says_what_to_set(kind: str) -> None:
    """Offline, gated or misspelt: a local folder helps, or to log in."""
    with pytest.raises(SourceError, match=r"set `path` to a local folder or file.*hf auth login"):
        list(source(kind))


def test_a_missing_or_broken_file_is_not_looked_for_on_the_hub(tmp_path: Path) -> None:
    """Each with its own sentence."""
    with pytest.raises(SourceError, match="no file or folder"):
        list(source("general", tmp_path / "nowhere.parquet"))
    (tmp_path / "set.txt").write_text("words")
    with pytest.raises(SourceError, match="has to end in"):
        list(source("general", tmp_path / "set.txt"))
    (tmp_path / "set.parquet").write_text("words")
    with pytest.raises(SourceError, match="can't be read as a table"):
        list(source("general", tmp_path / "set.parquet"))


# --- TravelPlanner ------------------------------------------------------------------------------


def test_a_travelplanner_query_becomes_a_call_in_the_travellers_words(tmp_path: Path) -> None:
    """The annotated values are the arguments, dates as said, and the catalog takes them."""
    [dialogue] = source("travelplanner", csv_of(tmp_path / "train.csv", [TRAVELPLANNER]))
    [call] = dialogue.target.calls
    assert dict(call.args) == {
        "destination": "Baltimore", "days": 3, "start_date": "March 20th",
        "end_date": "March 22nd, 2022", "travellers": 8, "budget": 6500, "currency": "USD",
        "good_for_kids": True,
    }  # fmt: skip
    [plan_days] = [tool for tool in CATALOG if tool.name == "plan_days"]
    plan_days.arguments.model_validate(dict(call.args))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"visiting_city_number": "2"}, "several cities"),
        ({"dest": "Boston"}, "destination or budget"),
        ({"date": "['2022-05-20', '2022-05-22']"}, "dates that the query does not name"),
        ({"budget": "plenty"}, "values that are not TravelPlanner's"),
    ],
)
def test_a_label_that_the_query_does_not_bear_out_is_not_learned(
    change: dict[str, str], reason: str, tmp_path: Path
) -> None:
    """Such rows are counted."""
    path = csv_of(tmp_path / "train.csv", [TRAVELPLANNER, {**TRAVELPLANNER, **change}])
    read = source("travelplanner", path)
    assert len(list(read)) == 1
    assert reason in read.faults[0]


@pytest.mark.parametrize("name", ["validation.csv", "test.csv", "queries.csv"])
def test_another_split_of_travelplanner_is_refused_by_name(name: str, tmp_path: Path) -> None:
    """Whether as a file or as the only one of a folder."""
    csv_of(tmp_path / name, [TRAVELPLANNER])
    with pytest.raises(SourceError, match="only"):
        source("travelplanner", tmp_path / name)
    with pytest.raises(SourceError, match="the only split"):
        source("travelplanner", tmp_path)


@pytest.mark.parametrize("plan", ["", "[{'days': 1}]"])
def test_another_split_under_the_training_split_s_name_is_refused(
    plan: str, tmp_path: Path
) -> None:
    """Rows without annotated plans, or more rows than the training split has, give it away."""
    path = csv_of(tmp_path / "train.csv", [{**TRAVELPLANNER, "annotated_plan": plan}] * 46)
    with pytest.raises(SourceError, match="validation and test may not"):
        list(source("travelplanner", path))


# --- all ----------------------------------------------------------------------------------------


def test_an_unknown_kind_is_refused_with_those_that_are_known() -> None:
    """A sentence lists them."""
    with pytest.raises(SourceError) as caught:
        source("reddit")
    assert all(kind in str(caught.value) for kind in SOURCES)
