"""The tables of a PostgreSQL database as files, by COPY in one consistent look, and back into empty tables.

By the driver, so that no program of the server's package, and none of its versions, is needed on this machine.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect

_LIST = "tables.json"
_SKIPPED = "alembic_version"
"""Written by the migrations themselves."""


def dump_tables(connection: Connection, folder: Path) -> None:
    """Write every table of the current schema to `folder`; the caller's transaction must be REPEATABLE READ."""
    folder.mkdir(parents=True)
    raw: Any = connection.connection.driver_connection
    listed = []
    for name in _in_order(connection):
        columns = [column["name"] for column in inspect(connection).get_columns(name)]
        listed.append({"name": name, "columns": columns})
        copying = f"COPY {_columns(name, columns)} TO STDOUT"
        with (folder / f"{name}.copy").open("wb") as file, raw.cursor() as cursor, cursor.copy(copying) as rows:
            for block in rows:
                file.write(block)
    (folder / _LIST).write_text(json.dumps({"tables": listed, "sequences": _sequences(connection)}), "utf-8")


def load_tables(connection: Connection, folder: Path) -> None:
    """Fill the empty tables of the same version of the program, in the caller's transaction."""
    raw: Any = connection.connection.driver_connection
    listed = json.loads((folder / _LIST).read_text("utf-8"))
    for table in listed["tables"]:
        name = table["name"]
        copying = f"COPY {_columns(name, table['columns'])} FROM STDIN"
        with (folder / f"{name}.copy").open("rb") as file, raw.cursor() as cursor, cursor.copy(copying) as rows:
            while block := file.read(1 << 16):
                rows.write(block)
    for name, (last, called) in listed["sequences"].items():
        raw.execute("SELECT setval(quote_ident(%s)::regclass, %s, %s)", (name, last, called))


def has_tables(connection: Connection) -> bool:
    return bool(inspect(connection).get_table_names())


def _in_order(connection: Connection) -> list[str]:
    """Each table after those it refers to."""
    found = inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _ in found if name and name != _SKIPPED]


def _columns(name: str, columns: list[str]) -> str:
    quoted = ", ".join(f'"{column}"' for column in columns)
    return f'"{name}" ({quoted})'


def _sequences(connection: Connection) -> dict[str, tuple[int, bool]]:
    """How far numbers were given away: the number of a deleted row must not be somebody else's later."""
    raw: Any = connection.connection.driver_connection
    found = {}
    for name in inspect(connection).get_sequence_names():
        found[name] = raw.execute(f'SELECT last_value, is_called FROM "{name}"').fetchone()
    return found
