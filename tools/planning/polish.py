"""Reordering within a day: or-opt and 2-opt moves that save travel and waiting."""

from __future__ import annotations

from collections.abc import Iterator

from tools.planning.routes import Route, RouteBook


def shorten(book: RouteBook, route: Route) -> Route:
    """The route with the same items after the best single moves, until none helps.

    Moves: one or two neighbouring stops to another position (or-opt, Or 1976), and the reversal
    of a stretch (2-opt, Croes 1958).
    """
    while True:
        best = route
        for items in _neighbours(route.items):
            other = book.route(route.day, items)
            if other is not None and other.linear > best.linear + 1e-9:
                best = other
        if best is route:
            return route
        route = best


def _neighbours(items: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    n = len(items)
    for length in (1, 2):
        for i in range(n - length + 1):
            moved, rest = items[i : i + length], items[:i] + items[i + length :]
            for j in range(len(rest) + 1):
                if j != i:
                    yield rest[:j] + moved + rest[j:]
    for i in range(n - 2):
        for j in range(i + 3, n + 1):
            yield items[:i] + items[i:j][::-1] + items[j:]
