"""`python -m agent export`: a stored trip as a file, without model and places."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agent import __main__ as cli
from tests.agent.conftest import Start
from tools.export import FORMATS, export
from tools.trip import Itinerary

ROOT = Path(__file__).parents[2]

LISBON = ("plan_days", {"destination": "Lisbon", "days": 2, "start_date": "next Friday"})
ROME = ("plan_days", {"destination": "Rome", "days": 1, "start_date": "next Friday"})


@pytest.fixture
def kept(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Itinerary]:
    """Conversations about Lisbon and Rome, then one without a trip; their plans by thread."""
    monkeypatch.setenv("TRIPWRIGHT_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    agent = start(LISBON, "Ready.", ROME, "Ready.", "Hello.")
    agent.send("2 days in Lisbon", thread="lisbon")
    agent.send("1 day in Rome", thread="rome")
    agent.send("hi", thread="nothing")
    plans = {id: agent.thread(id) for id in ("lisbon", "rome")}
    return {id: plan for id, plan in plans.items() if plan is not None}


def test_a_trip_is_written_in_any_format(
    kept: dict[str, Itinerary], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To a file named after the trip; whose it is, is told beside."""
    for format in FORMATS:
        assert cli.main(["export", format, "--thread", "lisbon"]) == 0
        made = export(kept["lisbon"], format)
        written = (tmp_path / made.filename).read_bytes()
        if format == "ics":  # it says when it was written
            assert written.startswith(b"BEGIN:VCALENDAR")
        else:
            assert written == made.content
        told = capsys.readouterr()
        assert told.out == "" and told.err == f"{made.filename}: the trip of --thread lisbon\n"
    assert not list(tmp_path.glob(".*"))


def test_the_last_trip_is_meant_and_text_goes_to_the_terminal(
    kept: dict[str, Itinerary], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert cli.main(["export", "json", "--out", "-"]) == 0
    told = capsysbinary.readouterr()
    assert Itinerary.from_json(told.out.decode()) == kept["rome"] and told.err == b""


def test_a_file_is_written_over_only_where_it_was_named(
    kept: dict[str, Itinerary], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / export(kept["rome"], "html").filename
    own.write_text("mine")
    assert cli.main(["export", "html"]) == 2
    assert own.read_text() == "mine" and "is there already" in capsys.readouterr().err
    assert cli.main(["export", "html", "--out", str(own)]) == 0
    assert own.read_bytes() == export(kept["rome"], "html").content


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["docx"], 'no export format "docx"'),
        (["pdf", "--out", "-"], "A PDF is no text"),
        (["html", "--thread", "paris"], 'There is no conversation "paris"'),
        (["html", "--thread", "nothing"], 'The conversation "nothing" has no plan yet'),
        (["html", "--out", "no/such/folder/x.html"], "can't be written"),
        (["html", "--out", "."], "can't be written"),
    ],
)
def test_what_cant_be_exported_is_told_in_a_sentence(
    kept: dict[str, Itinerary],
    arguments: list[str],
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = sorted(tmp_path.iterdir())
    assert cli.main(["export", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == "" and told in err and len(err.strip().splitlines()) == 1
    assert sorted(tmp_path.iterdir()) == before and kept


def test_before_any_conversation_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRIPWRIGHT_HOME", str(tmp_path))
    assert cli.main(["export", "json"]) == 2
    assert capsys.readouterr().err == "There is no conversation yet.\n"
    assert not list(tmp_path.iterdir())
    monkeypatch.setenv("TRIPWRIGHT_THREADS", ":memory:")
    assert cli.main(["export", "json"]) == 2
    assert ":memory:" in capsys.readouterr().err


def test_neither_model_nor_places_are_loaded(kept: dict[str, Itinerary], tmp_path: Path) -> None:
    code = (
        "import sys; from agent.__main__ import main; code = main(['export', 'json', '--out', '-'])"
        "; heavy = ('openvino_genai', 'torch', 'transformers', 'chainlit', 'numba')"
        "; sys.exit(code or sum(name in sys.modules for name in heavy))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, capture_output=True)
    assert not list(tmp_path.glob("places*")) and kept


def test_a_saved_trip_is_opened_again(
    kept: dict[str, Itinerary],
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Export, import, export: the same plan in another conversation; a broken file changes none."""
    file = tmp_path / "lisbon.json"
    assert cli.main(["export", "json", "--thread", "lisbon", "--out", str(file)]) == 0
    monkeypatch.setenv("TRIPWRIGHT_HOME", str(home))
    monkeypatch.setenv("TRIPWRIGHT_THREADS", str(tmp_path / "threads.sqlite"))
    capsys.readouterr()
    assert cli.main(["import", str(file), "--thread", "again"]) == 0
    told = capsys.readouterr()
    assert "2 days in Lisbon are the trip now" in told.out and "--thread again" in told.err
    again = tmp_path / "again.json"
    assert cli.main(["export", "json", "--thread", "again", "--out", str(again)]) == 0
    assert Itinerary.from_json(again.read_text()).days == kept["lisbon"].days
    capsys.readouterr()
    file.write_text(file.read_text().replace("lisbon-", "atlantis-"))
    for path, says in ((file, "do not know"), (tmp_path / "none.json", "can't be read")):
        assert cli.main(["import", str(path), "--thread", "again"]) == 2
        out, err = capsys.readouterr()
        assert out == "" and says in err and len(err.strip().splitlines()) == 1


@pytest.mark.usefixtures("kept")
def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    """As with `| head`: whoever reads has gone before anything is written."""
    shell = (
        f'set -o pipefail; "{sys.executable}" -m agent export html --thread lisbon --out - | true'
    )
    done = subprocess.run(
        ["bash", "-c", shell], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "Error" in done.stderr) == (0, False), done.stderr
