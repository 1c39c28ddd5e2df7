"""Sealed visits: planned, opened and made visible out of sight of whom they are to."""
