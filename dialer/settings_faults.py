"""What is wrong in a file of settings, told in either language, without what only follows from another fault.

Apart from the settings because pydantic's own words are English alone, and for those who know Python.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic_core import ErrorDetails

_WORDS = {
    "missing": ("is missing", "manque"),
    "extra_forbidden": ("is no key here; correct or remove it", "cette clé n'existe pas ici ; la corriger ou l'ôter"),
    "enum": ("{input!r} is none of {expected}", "{input!r} n'est pas parmi {expected}"),
    "tuple_type": ("write a list, in brackets", "écrire une liste, entre crochets"),
    "too_short": ("at least {min_length} wanted", "il en faut au moins {min_length}"),
    "too_long": ("at most {max_length}", "au plus {max_length}"),
    "string_type": ("write a text, in quotes", "écrire un texte, entre guillemets"),
    "int_type": ("write a whole number", "écrire un nombre entier"),
    "int_parsing": ("write a whole number", "écrire un nombre entier"),
    "bool_type": ("write true or false", "écrire true ou false"),
    "bool_parsing": ("write true or false", "écrire true ou false"),
    "greater_than_equal": ("{input} is too little: at least {ge}", "{input} est trop peu : au moins {ge}"),
    "less_than_equal": ("{input} is too much: at most {le}", "{input} est trop : au plus {le}"),
}
"""By pydantic's kind of fault; `input` is what was written, the rest of its context. Others keep its words."""


def told(faults: Sequence[ErrorDetails], language: str) -> str:
    """Where each fault is and what it is: in French where whoever refused has said it so."""
    deepest = [fault for fault in faults if not any(_within(other, fault) for other in faults)]
    return "; ".join(f"{_place(fault)}: {_what(fault, language)}" for fault in deepest)


def _within(other: ErrorDetails, fault: ErrorDetails) -> bool:
    """Whether `other` is about a part of what `fault` is about: a list is « too short » without its faulty items."""
    own = fault["loc"]
    return len(other["loc"]) > len(own) and other["loc"][: len(own)] == own


def _place(fault: ErrorDetails) -> str:
    return ".".join(str(part) for part in fault["loc"]) or "file"


def _what(fault: ErrorDetails, language: str) -> str:
    context = fault.get("ctx", {})
    if words := _WORDS.get(fault["type"]):
        said = words[language == "fr"].format(**context, input=fault["input"])
        return said.replace("' or '", "' ou '") if language == "fr" else said
    error = context.get("error")
    french = getattr(error, "message_fr", None) if language == "fr" else None
    return french or (str(error) if error else fault["msg"])
