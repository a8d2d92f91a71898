"""Names to places on the map and back: an offline gazetteer, and the order of fallbacks."""
