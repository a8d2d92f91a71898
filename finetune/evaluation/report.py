"""A task's report as Markdown for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from finetune.evaluation.tasks import Metric, Report


def write_report(report: Report, folder: Path) -> tuple[Path, Path]:
    """Writes `NAME.md` and `NAME.json` into the folder, each whole or not at all.

    Returns:
        The paths of the two.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text, data = folder / f"{report.task}.md", folder / f"{report.task}.json"
    write_whole(text, to_markdown(report))
    write_whole(data, json.dumps(to_json(report), ensure_ascii=False, indent=1) + "\n")
    return text, data


def write_whole(path: Path, text: str) -> None:
    """Writes a file that appears only when it is complete."""
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_text(text, "utf-8")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def to_json(report: Report) -> dict[str, Any]:
    """Plain JSON of a report."""
    return {
        "task": report.task,
        "about": report.about,
        "n": report.n,
        "seconds": round(report.seconds, 1),
        "metrics": {name: _metric_json(metric) for name, metric in report.metrics.items()},
        "confusion": [
            {"wanted": wanted, "given": given, "n": n}
            for (wanted, given), n in _most_first(report.confusion)
        ],
        "tables": report.tables,
        "failures": [list(lines) for lines in report.failures],
    }


def to_markdown(report: Report) -> str:
    """Headline figures, tables, then every failure for reading."""
    return "\n".join(_lines(report)) + "\n"


def shown(metric: Metric) -> str:
    """A figure with its interval: `85.4 % (82.1 to 88.2)`."""
    unit = " %" if metric.percent else ""
    return f"{metric.value:g}{unit} ({metric.low:g} to {metric.high:g})"


def _lines(report: Report) -> Iterator[str]:
    yield from (f"# {report.task}", "")
    if report.about:
        yield from (report.about, "")
    yield from (f"{report.n} samples, {report.seconds:.0f} s; 95 % intervals in brackets.", "")
    rows = [(name, shown(metric), metric.n) for name, metric in report.metrics.items()]
    yield from _table(("metric", "value", "n"), rows)
    if report.confusion:
        yield from ("", "## Taken for each other", "")
        yield from _table(
            ("wanted", "given", "n"),
            [(wanted, given, n) for (wanted, given), n in _most_first(report.confusion)],
        )
    for title, rows_of in report.tables.items():
        columns = list(dict.fromkeys(column for row in rows_of.values() for column in row))
        yield from ("", f"## {title}", "")
        yield from _table(
            ("", *columns),
            [(name, *(row.get(column, 0) for column in columns)) for name, row in rows_of.items()],
        )
    yield from ("", f"## Failures: {len(report.failures)}", "")
    for first, *rest in report.failures:
        yield f"- {first}"
        yield from (f"  - {line}" for line in rest)


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(str(cell) for cell in row)} |"


def _metric_json(metric: Metric) -> dict[str, Any]:
    unit = "percent" if metric.percent else ""
    return {
        "value": metric.value,
        "low": metric.low,
        "high": metric.high,
        "n": metric.n,
        "unit": unit,
    }


def _most_first(confusion: Mapping[tuple[str, str], int]) -> list[tuple[tuple[str, str], int]]:
    return sorted(confusion.items(), key=lambda item: (-item[1], item[0]))
