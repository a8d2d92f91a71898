"""OpenStreetMap extracts into the place store: `python -m tools import FILE.osm.pbf`.

`reading` takes features out of the file, `tags` says what each is, `importance` how much of a
sight, `facts` what is known of it, `cities` which city it belongs to, `writing` keeps the file of
imports, and `run` does it all in order. Nothing here is imported before an extract is.
"""
