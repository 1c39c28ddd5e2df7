"""Definitions: the shared core of "JSON describes a form": answer types, checks, versions."""
