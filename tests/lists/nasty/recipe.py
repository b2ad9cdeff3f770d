"""How a nasty file is made, and what must become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Content = str | bytes | Callable[[], bytes]


@dataclass(frozen=True)
class Refused:
    """No table: the error's id, and what its message says beside the name of the file."""

    error_id: str
    said: str


@dataclass(frozen=True)
class Taken:
    """A table: the lines its rows are on, what is wrong as (line, code), and what else is worth a look.

    `cells` are some cells by (row, column), `dialect` some attributes of `Table.dialect`.
    """

    lines: list[int]
    problems: list[tuple[int, str]] = field(default_factory=list)
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    headers: tuple[str, ...] | None = None
    dialect: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Nasty:
    """`content` as text is written in UTF-8; `options` go to `read_table`."""

    name: str
    content: Content
    expected: Refused | Taken
    file: str = "liste.csv"
    options: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        path = folder / self.file
        path.write_bytes(as_bytes(self.content))
        return path


def as_bytes(content: Content) -> bytes:
    if isinstance(content, str):
        return content.encode()
    return content if isinstance(content, bytes) else content()
