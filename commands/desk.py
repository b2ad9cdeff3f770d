"""How every command speaks: one JSON document or text for people, French or English, and exit codes."""

from __future__ import annotations

import errno
import json as jsonlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich import progress
from rich.console import Console, RenderableType
from rich.markup import escape
from typer._click.globals import get_current_context

from dialer.errors import DialerError, RowsRefused
from lists import AmbiguousColumn, ListError
from lists.errors import AmbiguousList, DoubtfulColumn
from rules.caller_ids import CallerIdMalformed
from rules.rulebook import LawNotCovered


class Exit(IntEnum):
    DONE = 0
    NO = 1
    """The answer is no: violations found, chain broken, not callable."""
    USAGE = 2
    BAD_INPUT = 3
    """Nothing was changed."""


class Language(StrEnum):
    FR = "fr"
    EN = "en"


Config = Annotated[
    Path, typer.Option("--config", envvar="DIALER_CONFIG", help="Settings file of the folder to work in.")
]
DEFAULT_CONFIG = Path("dialer.toml")
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, nothing else.")]
Lang = Annotated[Language | None, typer.Option("--lang", help="Language of messages; default by locale.")]

_WIDTH_OF_A_FILE = 120
"""Columns when nobody knows the width: piped, or written to a file."""

USER_ERRORS = (DialerError, ListError, LawNotCovered, CallerIdMalformed)


class Desk:
    """What a command says goes through here, so that `--json` output stays one clean document."""

    def __init__(self, json: bool, lang: Language | None) -> None:
        self.json = json
        self.language = lang or _language_of_locale()
        self.console = Console(stderr=json, highlight=False)
        if not self.console.is_terminal:
            self.console.width = _WIDTH_OF_A_FILE

    def text(self, fr: str, en: str) -> str:
        return en if self.language is Language.EN else fr

    def say(self, fr: str, en: str) -> None:
        """A line for people; silent under `--json`."""
        if not self.json:
            self.console.print(self.text(fr, en))

    def show(self, *parts: RenderableType) -> None:
        """Tables and panels for people; silent under `--json`."""
        if not self.json:
            self.console.print(*parts)

    def reading(self, path: Path, encoding: str) -> AbstractContextManager[TextIO]:
        """Open a text file; in a terminal a bar shows how much of it has been read."""
        shown = self.console.is_terminal and not self.json
        label = self.text("lecture", "reading")
        opened: AbstractContextManager[TextIO] = progress.open(
            path,
            "r",
            encoding=encoding,
            newline="",
            description=label,
            console=self.console,
            transient=True,
            disable=not shown,
        )
        return opened

    def document(self, plain: Mapping[str, object]) -> None:
        """The one JSON document; silent without `--json`."""
        if self.json:
            sys.stdout.write(jsonlib.dumps(plain, ensure_ascii=False, indent=2) + "\n")


@contextmanager
def desk(json: bool, lang: Language | None) -> Iterator[Desk]:
    """Open the desk; a user's error becomes a message and exit code 3, without a traceback."""
    opened = Desk(json, lang)
    try:
        yield opened
    except USER_ERRORS as error:
        said = _in_language(error, opened.language)
        raise _refused(opened, type(error).__name__, said, _details(error)) from None
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise  # whoever read our output is gone: there is nobody to tell
        raise _refused(opened, "MachineRefused", _of_the_machine(opened, error)) from None


def _refused(opened: Desk, name: str, said: str, details: Mapping[str, object] | None = None) -> typer.Exit:
    opened.document({"ok": False, "error": name, "message": said, **(details or {})})
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]✗[/] {escape(said)}")
    return typer.Exit(Exit.BAD_INPUT)


def _details(error: Exception) -> dict[str, object]:
    """What a program that reads our JSON can act upon without reading the sentence."""
    if isinstance(error, AmbiguousColumn | DoubtfulColumn):
        return {"columns": {header: list(meanings) for header, meanings in error.columns.items()}}
    if isinstance(error, AmbiguousList):
        return {"candidates": list(error.candidates)}
    if isinstance(error, RowsRefused):
        return {"problems": str(error.written) if error.written else None}
    return {}


def _of_the_machine(opened: Desk, error: OSError) -> str:
    """What the operating system refused: where, why, and what to do."""
    where, why = error.filename or "dialer", os.strerror(error.errno or 0)
    if error.errno == errno.ENOSPC:
        return opened.text(
            f"{where} : le disque est plein ({why}) ; libérer de la place puis relancer",
            f"{where}: the disk is full ({why}); free some space and run again",
        )
    return opened.text(
        f"{where} : le système refuse ({why}) ; vérifier le chemin et les droits, puis relancer",
        f"{where}: the system refuses ({why}); check the path and its rights, and run again",
    )


def typed() -> str:
    """The verb as it was typed after `dialer`, for what several verbs share."""
    path = get_current_context().command_path.split()
    return " ".join(path[1:])


def answer_no() -> typer.Exit:
    return typer.Exit(Exit.NO)


def _in_language(error: Exception, language: Language) -> str:
    french = getattr(error, "message_fr", "")
    return french if french and language is Language.FR else str(error)


def _language_of_locale() -> Language:
    """English for an English locale; French, the language of the law, otherwise."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return Language.EN if locale.lower().startswith("en") else Language.FR
