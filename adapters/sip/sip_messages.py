"""Reads what we need from the text of a received SIP message: the cause that the network gave.

Pure text work, apart from PJSIP, which hands messages over as text and knows no Reason header.
"""

from __future__ import annotations

import re

_UNFOLD = re.compile(r"\r?\n[ \t]+")
_REASON = re.compile(r"^Reason[ \t]*:[ \t]*(.*)$", re.IGNORECASE | re.MULTILINE)
_CAUSE = re.compile(r";\s*cause\s*=\s*([0-9]{1,3})\s*(?:;|$)", re.IGNORECASE)


def q850_cause(message: str) -> int | None:
    """The Q.850 cause (1..127) of the Reason header (RFC 3326 §2), or None when there is none.

    One header may carry several reasons, separated by commas, and there may be several headers.
    """
    headers = _UNFOLD.sub(" ", re.split(r"\r?\n\r?\n", message, maxsplit=1)[0])
    for line in _REASON.findall(headers):
        for reason in _outside_quotes(line).split(","):
            protocol = reason.split(";", 1)[0].strip()
            cause = _CAUSE.search(reason.strip())
            if protocol.upper() == "Q.850" and cause and 1 <= int(cause[1]) <= 127:
                return int(cause[1])
    return None


def _outside_quotes(line: str) -> str:
    """The line without its quoted texts, which may contain commas and semicolons."""
    return re.sub(r'"(?:[^"\\]|\\.)*"', "", line)
