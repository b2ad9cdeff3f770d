"""Reads what we need from the text of a received SIP message: cause, Retry-After, date, codecs.

Pure text work, apart from PJSIP, which hands messages over as text and knows no Reason header.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

_UNFOLD = re.compile(r"\r?\n[ \t]+")
_REASON = re.compile(r"^Reason[ \t]*:[ \t]*(.*)$", re.IGNORECASE | re.MULTILINE)
_CAUSE = re.compile(r";\s*cause\s*=\s*([0-9]{1,3})\s*(?:;|$)", re.IGNORECASE)
_RETRY_AFTER = re.compile(r"^Retry-After[ \t]*:[ \t]*([0-9]{1,9})(?![0-9])", re.IGNORECASE | re.MULTILINE)


_STATIC_PAYLOADS = {0: "PCMU", 3: "GSM", 8: "PCMA", 9: "G722", 18: "G729"}
"""RFC 3551 §6."""


def header(message: str, name: str) -> str:
    """The first value of a header; empty when the message has none."""
    found = re.search(rf"^{re.escape(name)}[ \t]*:[ \t]*(.*?)\r?$", _headers(message), re.IGNORECASE | re.MULTILINE)
    return found[1] if found else ""


def date_of(message: str) -> datetime | None:
    """The instant of the Date header (RFC 3261 §20.17), aware; None when there is none that can be read."""
    try:
        return parsedate_to_datetime(header(message, "Date")).astimezone()
    except ValueError:
        return None


def codecs_of(message: str) -> tuple[str, ...]:
    """Names of the audio codecs that the SDP of this message lists, in its order; empty without SDP."""
    body = re.split(r"\r?\n\r?\n", message, maxsplit=1)[1:]
    line = re.search(r"^m=audio \d+ \S+((?: \d+)+)", body[0] if body else "", re.MULTILINE)
    if line is None:
        return ()
    mapped = {int(number): name for number, name in re.findall(r"^a=rtpmap:(\d+) ([^/\s]+)/", body[0], re.MULTILINE)}
    named = {**_STATIC_PAYLOADS, **mapped}
    return tuple(named[number] for number in map(int, line[1].split()) if number in named)


def retry_after(message: str) -> int | None:
    """Seconds of the Retry-After header (RFC 3261 §20.33), without its comment and duration; None without one."""
    found = _RETRY_AFTER.search(_headers(message))
    return int(found[1]) if found else None


def q850_cause(message: str) -> int | None:
    """The Q.850 cause (1..127) of the Reason header (RFC 3326 §2), or None when there is none.

    One header may carry several reasons, separated by commas, and there may be several headers.
    """
    for line in _REASON.findall(_headers(message)):
        for reason in _outside_quotes(line).split(","):
            protocol = reason.split(";", 1)[0].strip()
            cause = _CAUSE.search(reason.strip())
            if protocol.upper() == "Q.850" and cause and 1 <= int(cause[1]) <= 127:
                return int(cause[1])
    return None


def _headers(message: str) -> str:
    return _UNFOLD.sub(" ", re.split(r"\r?\n\r?\n", message, maxsplit=1)[0])


def _outside_quotes(line: str) -> str:
    """The line without its quoted texts, which may contain commas and semicolons."""
    return re.sub(r'"(?:[^"\\]|\\.)*"', "", line)
