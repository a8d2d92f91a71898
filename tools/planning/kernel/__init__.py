"""The planner's inner loops, compiled by Numba: a plan in the making, and what the search does to
it.

`numbers` holds the problem as arrays, `state` a plan; `fill` inserts, `ruin` removes, `beam`
rebuilds a stretch, `polish` reorders a day, `search` goes from plan to plan. All work on NumPy
arrays in place. With NUMBA_DISABLE_JIT=1 they are plain Python, slow and easy to step through.
"""
