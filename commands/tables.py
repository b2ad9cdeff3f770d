"""The plain table in which every command shows rows: headings in bold, no frame."""

from __future__ import annotations

from rich.table import Table


def plain_table(*headings: str) -> Table:
    """An empty table with these columns."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading)
    return table
