"""A trained adapter in the forms that others run: merged, GGUF, NF4, and a folder for the hub.

    templates   the wire format as Jinja (Hugging Face) and as Go (Ollama)
    merged      base + adapter -> a Hugging Face folder; the same in NF4
    gguf        such a folder -> one GGUF file
    ollama      Modelfile and README beside it
    hub         the adapter with a model card, and the push
    origin      which base model a folder holds
    agreement   do two of these models write the same for the same prompts?
    files       a folder that appears whole or not at all

`finetune.export.run_export` is the door.
"""

from __future__ import annotations
