"""What lies beside a GGUF: a Modelfile for Ollama, and a README with the commands."""

from __future__ import annotations

import json
from pathlib import Path

from agent.dialogue.turns import Turn
from agent.dialogue.wire import (
    HISTORY,
    MAX_MESSAGE_CHARS,
    MAX_PAST_CHARS,
    Markers,
    render,
    system_text,
)
from finetune.exporting.templates import ollama_template

MAX_NEW_TOKENS = 256
_MODELFILE = '''\
FROM ./{file}
TEMPLATE """{template}"""
SYSTEM "{system}"
PARAMETER stop "{stop}"
PARAMETER temperature 0
PARAMETER repeat_penalty 1
PARAMETER num_ctx {context}
PARAMETER num_predict {tokens}
'''
_README = """\
# {name}

`{file}` is the merged model in the format of llama.cpp, {what}. It holds weights, tokenizer and
chat template; nothing else is needed.

It writes calls such as `>plan_days{{"destination":"Lisbon","days":3}}`, one a line, or words. Its
system message is the trip as it stands: `{system}`, or `Trip: Lisbon, 3 days`.

## Ollama

    ollama create {name} -f Modelfile
    ollama run {name} "Three days in Lisbon"

A program sets the system message itself, by `/api/chat`:

    curl http://localhost:11434/api/chat -d '{{"model": "{name}", "stream": false, "messages": [
      {{"role": "system", "content": "Trip: Lisbon, 3 days"}},
      {{"role": "user", "content": "Make day 2 slower"}}]}}'

## llama.cpp

    llama-server -m {file} -c {context}
    curl http://localhost:8080/completion -d '{{"prompt": {prompt},
      "temperature": 0, "repeat_penalty": 1, "n_predict": {tokens}}}'

## What the prompt looks like

As `agent.dialogue.wire.render` writes it, which takes the last {history} messages before the one
that is answered. The template in `Modelfile` takes the same ones, but can't shorten them: `wire`
cuts past messages at {past} characters (a traveller's at twice that) and new ones at {longest}.
The chat template inside the GGUF does that, too. To be sure, send the text of `wire.render` itself,
to llama.cpp's `/completion` or to Ollama's `/api/generate` with `"raw": true`.
"""
_KINDS = {
    "f16": "in 16 bits",
    "q8_0": "in blocks of 8 bits (Q8_0)",
    "q4_0": "in blocks of 4 bits (Q4_0, the embeddings Q8_0)",
    "q4_1": "in blocks of 4 bits (Q4_1, the embeddings Q8_0)",
}


def write_beside(gguf: Path, name: str, markers: Markers, quantization: str, context: int) -> None:
    """Writes `Modelfile` and `README.md` into the folder of a GGUF.

    Args:
        gguf: the file.
        name: of the model, as Ollama will call it.
        markers: of the base model's family.
        quantization: of the file, such as "q8_0".
        context: the longest prompt and answer together, in tokens.
    """
    (gguf.parent / "Modelfile").write_text(modelfile(gguf.name, markers, context), "utf-8")
    asked = [Turn("system", system_text("Lisbon, 3 days")), Turn("user", "Make day 2 slower")]
    readme = _README.format(
        name=name,
        file=gguf.name,
        what=_KINDS.get(quantization, f"in {quantization}"),
        system=system_text(),
        context=context,
        tokens=MAX_NEW_TOKENS,
        prompt=json.dumps(render(asked, markers)),
        history=HISTORY,
        past=MAX_PAST_CHARS,
        longest=MAX_MESSAGE_CHARS,
    )
    (gguf.parent / "README.md").write_text(readme, "utf-8")


def modelfile(file: str, markers: Markers, context: int) -> str:
    """A Modelfile (https://docs.ollama.com/modelfile) that frames messages as the wire does.

    Decoding is greedy and without Ollama's penalty on repetition, as in training and in the agent:
    a call repeats the traveller's words.

    Args:
        file: of the GGUF, in the same folder.
        markers: of the base model's family.
        context: in tokens.
    """
    return _MODELFILE.format(
        file=file,
        template=ollama_template(markers),
        system=system_text(),
        stop=markers.end,
        context=context,
        tokens=MAX_NEW_TOKENS,
    )
