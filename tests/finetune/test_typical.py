"""What a model typically writes, drawn from what it learns from."""

from __future__ import annotations

import json
from pathlib import Path

from agent.dialogue.turns import Call, Turn
from finetune.records import TEXT, Dialogue
from finetune.typical import typical, write_typical

DIALOGUES = [
    Dialogue((Turn("user", "Hi"), Turn("assistant", "Hello! Where to?")), "mia", "reply"),
    Dialogue((Turn("user", "Hey"), Turn("assistant", "Hello! Where to?")), "mia", "reply"),
    Dialogue((Turn("assistant", "A document."),), "", TEXT),
    *(
        Dialogue(
            (Turn("user", f"Drop {n}"), Turn("assistant", calls=(Call("keep_free", {"day": n}),))),
            "leo",
            "keep_free",
        )
        for n in range(1, 9)
    ),
]


def test_each_is_written_as_the_model_writes_it_and_once() -> None:
    texts = typical(DIALOGUES, 100)
    assert len(texts) == 9
    assert {"Hello! Where to?", '>keep_free{"day":3}'} < {*texts}


def test_a_draw_is_the_same_each_time(tmp_path: Path) -> None:
    assert typical(DIALOGUES, 4) == typical([*reversed(DIALOGUES)], 4)
    assert len({tuple(typical(DIALOGUES, 4, seed)) for seed in range(9)}) > 1
    out = tmp_path / "typical.jsonl"
    assert write_typical(DIALOGUES, out, 4) == 4
    assert [json.loads(line) for line in out.read_text("utf-8").splitlines()] == typical(
        DIALOGUES, 4
    )
