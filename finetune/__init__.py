"""The factory that produces the model `agent` runs: data, training, evaluation, export."""
