"""The verbs of the command line, each loaded when somebody says it: all of them together take seconds to load."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any, cast

import typer
from typer._click.core import Command
from typer.core import TyperGroup
from typer.main import get_command


class _Loaded(MutableMapping[str, Command]):
    """Verb to command; a command is made when it is asked for."""

    def __init__(self, homes: Mapping[str, str]) -> None:
        self._homes = dict(homes)
        self._made: dict[str, Command] = {}

    def __getitem__(self, verb: str) -> Command:
        if verb not in self._made:
            self._made[verb] = _command(verb, self._homes[verb])
        return self._made[verb]

    def __setitem__(self, verb: str, command: Command) -> None:
        self._made[verb] = command

    def __delitem__(self, verb: str) -> None:
        del self._homes[verb]

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes)

    def __len__(self) -> int:
        return len(self._homes)


def verbs(homes: Mapping[str, str]) -> type[TyperGroup]:
    """A group of these verbs, in this order; each home is `module:attribute`, a function or a group of its own."""

    class Verbs(TyperGroup):
        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            self.commands = cast(dict[str, Command], _Loaded(homes))

        def list_commands(self, ctx: object) -> list[str]:
            return list(self.commands)

    return Verbs


def _command(verb: str, home: str) -> Command:
    found = _loaded(home)
    alone = typer.Typer(add_completion=False)  # or the help of each group offers to install a completion of its own
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=verb)
        return cast(TyperGroup, get_command(alone)).commands[verb]
    alone.command(verb)(found)
    command = get_command(alone)
    command.name = verb
    return command


def _loaded(home: str) -> Any:
    """The search for garbage among a thousand modules that stay would be a sixth of the time that they take."""
    module, _, attribute = home.partition(":")
    searched = gc.isenabled()
    gc.disable()
    try:
        return getattr(import_module(module), attribute)
    finally:
        if searched:
            gc.enable()
