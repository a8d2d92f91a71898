"""Measuring a model: `Task(dataset, solver, scorer)`, intervals and reports."""
