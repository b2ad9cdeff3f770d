"""The words that people typed, each against its salted hash, by which the chain names it."""

from __future__ import annotations

from dialer.driver import Driver
from dialer.faults import Fault
from dialer.remarks import remark_hash


class Words:
    """Every remark that is left. One that is gone was erased or kept for as long as it may be: that is no fault."""

    def __init__(self, driver: Driver) -> None:
        self._salts: dict[str, str] = {}
        self._altered: str | None = None
        for digest, salt, text in driver.stream("SELECT sha256, salt, text FROM remark ORDER BY sha256"):
            if remark_hash(salt, text) == digest:
                self._salts[digest] = salt
            elif self._altered is None:
                self._altered = digest

    def are(self, digest: str, text: str) -> bool:
        """Whether `text` is what the chain names so."""
        salt = self._salts.get(digest)
        return salt is not None and remark_hash(salt, text) == digest

    def check(self, end: int) -> Fault | None:
        if self._altered is None:
            return None
        digest = self._altered[:16]
        return Fault(
            end,
            f"the stored words {digest}… are not those of which the log holds the hash",
            f"les mots stockés {digest}… ne sont pas ceux dont le journal garde l'empreinte",
        )
