"""The shapes that the tables have had, and the way from each to the next.

Alembic is loaded by whoever changes tables, and by nobody else: every command asks which shape they have.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

VERSIONS = tuple(sorted(path.name[:4] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py")))
"""In order; the last is this program's. Each file is named by its number."""


def version_of(connection: Connection) -> str | None:
    """The version of the tables; None: there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def upgrade(connection: Connection, version: str = VERSIONS[-1]) -> None:
    """Bring the tables to a version, in the caller's transaction; harmless when they have it already."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "dialer:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, version)
