"""Live services, off by default: city names, places, weather and ways from the network.

`docs/providers.md` says how they are turned on and what is asked of whom. Importing this package
loads nothing; `tools.providers.live.open_live` brings httpx along.
"""
