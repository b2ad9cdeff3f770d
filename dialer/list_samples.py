"""Cells that reports of imports repeat as samples: those about a person are blanked when the person goes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from sqlmodel import Session, col, select

from dialer.schema import Contact, CustomerReference, ImportedList, ListMember

_SHORTEST = 3
"""Letters of a name that are looked for in a cell; a shorter one is in too many words."""
_FIRST_DIGITS = 9
"""Of a French number without its prefix: what every spelling of it shares."""


def clean_samples(session: Session, contact: Contact, numbers: Sequence[str]) -> None:
    """Blank what problems of any list quote of them: on their own lines, or by a number, id or name of theirs."""
    memberships = select(ListMember).where(ListMember.contact_id == contact.id)
    lines = {(member.list_id, member.line) for member in session.exec(memberships)}
    references = select(CustomerReference.external_id).where(CustomerReference.contact_id == contact.id)
    words = {contact.last_name, contact.first_name, contact.external_id, *session.exec(references)}
    named = {word.casefold() for word in words if word and len(word) >= _SHORTEST}
    digits = {number[-_FIRST_DIGITS:] for number in numbers}
    for stored in session.exec(select(ImportedList).where(col(ImportedList.report).is_not(None))):
        problems: list[dict[str, Any]] = stored.report.get("problems", [])  # type: ignore[assignment]
        theirs = [(stored.id, each["line"]) in lines or _about(each, named, digits) for each in problems]
        if any(theirs):
            cleaned = [_blank(each) if his else each for each, his in zip(problems, theirs, strict=True)]
            stored.report = {**stored.report, "problems": cleaned}
            session.add(stored)
    session.flush()


def _about(problem: dict[str, Any], words: Collection[str], digits: Collection[str]) -> bool:
    said = " ".join(str(problem[part]) for part in ("value", "message_fr", "message_en")).casefold()
    told = re.sub(r"\D", "", said)
    return any(number in told for number in digits) or any(re.search(rf"\b{re.escape(w)}\b", said) for w in words)


def _blank(problem: dict[str, Any]) -> dict[str, Any]:
    """The remark's place and code stay; its words, which may quote the cell, go."""
    return problem | dict.fromkeys(("value", "message_fr", "message_en", "remedy_fr", "remedy_en"), "")
