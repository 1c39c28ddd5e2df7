"""Signs that somebody was there: a second fact of the place, ways, positions."""
