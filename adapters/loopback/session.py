"""The audio session of one call: the caller's offer, our answer, and the media behind them (RFC 3264)."""

from __future__ import annotations

import secrets

from adapters.loopback.addresses import Address, is_loopback
from adapters.loopback.events import CallIdentity, Fact
from adapters.loopback.exchange import Exchange
from adapters.loopback.media import MediaSession
from adapters.loopback.recording import Recording
from adapters.loopback.sdp import NoCommonMedia, read_offer, write_answer


class Session:
    """Opens the media at once; raises `NoCommonMedia`, or OSError when no socket is left."""

    def __init__(self, exchange: Exchange, offer: bytes, source: Address, identity: CallIdentity) -> None:
        self._exchange = exchange
        self._source = source
        self._identity = identity
        self._offer = read_offer(offer)
        self._id = secrets.randbits(31)
        self._version = self._id
        self.media = MediaSession(
            exchange.loop,
            exchange.local[0],
            self._audio_address(),
            self._offer,
            self._recording_failed,
        )

    def answer(self) -> bytes:
        """The body of a 183 or 200."""
        return write_answer(self._offer, self._exchange.local[0], self.media.port, self._id, self._version)

    def record(self) -> None:
        """Begin the recording, at the answer."""
        self.media.record(Recording(self._exchange.recordings, self._identity.call_id))

    def renegotiate(self, offer: bytes) -> None:
        """Follow a re-INVITE: audio goes to its address. Raises `NoCommonMedia`, also for another codec."""
        if offer:
            new = read_offer(offer)
            if new.codec is not self._offer.codec:
                raise NoCommonMedia("the codec of a running call cannot change")
            self._offer = new
            self._version += 1
            self.media.redirect(self._audio_address())

    def _audio_address(self) -> Address:
        """Where the offer says, but never off this machine: then the signalling's source host."""
        host = self._offer.host if is_loopback(self._offer.host) else self._source[0]
        return host, self._offer.port

    def _recording_failed(self, error: OSError) -> None:
        self._exchange.events.note(Fact.RECORDING_FAILED, self._identity, reason=str(error))
