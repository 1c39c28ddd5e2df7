from tests.architecture.conftest import examined

__all__ = ["examined"]
