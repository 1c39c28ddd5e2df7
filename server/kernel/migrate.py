"""Running Alembic from code: no ini file, the same settings as the application."""

from pathlib import Path

from alembic import command
from alembic.config import Config

ROOT = Path(__file__).resolve().parents[2]


def config() -> Config:
    """Return Alembic's configuration."""
    result = Config()
    result.set_main_option("script_location", str(ROOT / "migrations"))
    result.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return result


def upgrade() -> None:
    """Upgrade the current application's database to head."""
    command.upgrade(config(), "head")


def revision(message: str) -> None:
    """Autogenerate the next numbered migration."""
    taken = sorted((ROOT / "migrations" / "versions").glob("[0-9]*.py"))
    number = f"{len(taken) + 1:04d}"
    command.revision(config(), message=message, autogenerate=True, rev_id=number)
