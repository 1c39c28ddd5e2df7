"""Checks of draws say how much they examined, as those of the architecture do."""

from tests.architecture.conftest import examined

__all__ = ["examined"]
