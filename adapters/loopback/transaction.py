"""The server side of one INVITE: its responses and their repetition over UDP (RFC 3261 sections 13.3.1 and 17.2.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from adapters.loopback.addresses import Address
from adapters.loopback.exchange import Exchange
from adapters.loopback.message import Request
from adapters.loopback.reply import Header, reply_address, response
from adapters.loopback.retransmission import Retransmission


class InviteTransaction:
    """Remembers the last response, for repeated INVITEs and for finals that wait for an ACK."""

    def __init__(self, exchange: Exchange, invite: Request, source: Address, to_tag: str) -> None:
        self._exchange = exchange
        self._invite = invite
        self._source = source
        self._to_tag = to_tag
        self._reply_to = reply_address(invite, source)
        self._last: bytes | None = None
        self._retransmission: Retransmission | None = None

    def respond(self, code: int, headers: Iterable[Header] = (), body: bytes = b"") -> None:
        """Send a provisional response once."""
        self._build(code, headers, body)
        self.repeat()

    def respond_until_ack(self, code: int, headers: Iterable[Header], body: bytes, no_ack: Callable[[], None]) -> None:
        """Send a final response until `stop` is called on its ACK; `no_ack` is called after 64 T1."""
        self._build(code, headers, body)
        self._retransmission = Retransmission(self._exchange.loop, self.repeat, no_ack)

    def repeat(self) -> None:
        """Send the last response again; nothing when there was none."""
        if self._last is not None:
            self._exchange.send(self._last, self._reply_to)

    def stop(self) -> None:
        """End the repetition of a final response."""
        if self._retransmission is not None:
            self._retransmission.stop()
            self._retransmission = None

    def _build(self, code: int, headers: Iterable[Header], body: bytes) -> None:
        # 100 Trying creates no dialog, so it carries no tag of ours (section 8.2.6.2).
        tag = None if code == 100 else self._to_tag
        self._last = response(self._invite, self._source, code, to_tag=tag, headers=headers, body=body)
