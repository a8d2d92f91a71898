"""The travel domain: places, opening hours, travel times, plans, checks and edits.

Knows no language model and no user interface; importing it is light.
"""
