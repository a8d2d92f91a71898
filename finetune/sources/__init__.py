"""Where dialogues come from: one module a source, each yields `finetune.records.Dialogue`."""
