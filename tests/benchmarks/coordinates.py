"""The catalogue's coordinates against a second author's, who saw only the names.

    python -m tests.benchmarks.coordinates

`data/coordinates.tsv` has five places a city, drawn by chance, with the coordinates that another
author gave from general knowledge without seeing ours, and whether that author would bet on them.
Two memories can be wrong alike, so agreement is no proof; disagreement is worth a look. A line of
JSON for each place that lies more than `FAR` metres apart, the summary last.
"""

from __future__ import annotations

import json
import sys
from statistics import median

from tests.benchmarks import DATA
from tools.catalogue_files import catalogue_files, load_city_file
from tools.place import Coordinates
from tools.travel import great_circle_metres

FAR = 300.0
"""Metres."""


def main() -> int:
    """Runs the benchmark; returns the exit code."""
    ours = {p.id: p.coordinates for f in catalogue_files() for p in load_city_file(f).places}
    apart: dict[bool, list[float]] = {True: [], False: []}
    for line in (DATA / "coordinates.tsv").read_text("utf-8").splitlines():
        place, lat, lon, sure = line.split("\t")
        if place not in ours:  # renamed or taken out since
            continue
        metres = great_circle_metres(ours[place], Coordinates(float(lat), float(lon)))
        apart[sure.strip() == "1"].append(metres)
        if metres > FAR:
            print(json.dumps({"place": place, "metres": round(metres), "sure": sure == "1"}))
    summary: dict[str, object] = {"places": sum(map(len, apart.values()))}
    for sure, metres_apart in apart.items():
        ordered = sorted(metres_apart)
        summary["sure" if sure else "unsure"] = {
            "places": len(ordered),
            "median_m": round(median(ordered)),
            "p90_m": round(ordered[int(0.9 * len(ordered))]),
            "within_150_m_percent": round(100 * sum(m <= 150 for m in ordered) / len(ordered), 1),
        }
    print(json.dumps(summary))
    return 0


if __name__ == "__main__":
    sys.exit(main())
