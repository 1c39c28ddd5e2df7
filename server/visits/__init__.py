"""Sealed visits: planned, opened and begun out of sight of whoever is inspected."""
