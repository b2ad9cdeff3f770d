"""Where the board of a run moves, and where its lines follow each other."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from commands.board import can_be_redrawn


@pytest.mark.parametrize(
    ("terminal", "kind", "moves"), [(True, "xterm-256color", True), (True, "dumb", False), (False, "xterm", False)]
)
def test_the_board_is_drawn_over_itself_only_where_that_can_be_seen(terminal: bool, kind: str, moves: bool) -> None:
    console = Console(file=StringIO(), force_terminal=terminal, _environ={"TERM": kind})
    assert can_be_redrawn(console) is moves
