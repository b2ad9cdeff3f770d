"""The SIP user agent server on its UDP socket: reads datagrams and hands each to the call it belongs to."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import cast

from adapters.loopback.addresses import Address
from adapters.loopback.behaviours import behaviour_of
from adapters.loopback.call import Call
from adapters.loopback.events import CallIdentity, EventLog, Fact
from adapters.loopback.exchange import Exchange
from adapters.loopback.message import MalformedMessage, Request, Response, parse, uri_in, user_of
from adapters.loopback.proof import CHALLENGE_HEADER, PROOF_HEADER, proof_of
from adapters.loopback.reply import ALLOW, Header, new_tag, reply_address, response

_TransactionKey = tuple[str, str, int]
"""Call-ID, From tag, CSeq number: the same for an INVITE, its repetitions, its CANCEL."""


class Carrier(asyncio.DatagramProtocol):
    """Give it to `loop.create_datagram_endpoint`; `key` answers challenges (see `proof`).

    `reached_at` is where callers reach it when a proxy stands in front: it proves itself under that address.
    """

    def __init__(
        self,
        events: EventLog,
        recordings: Path,
        key: bytes,
        media_timeout: timedelta,
        reached_at: Address | None = None,
    ) -> None:
        self._events = events
        self._recordings = recordings
        self._key = key
        self._media_timeout = media_timeout
        self._reached_at = reached_at
        self._by_invite: dict[_TransactionKey, Call] = {}
        self._by_tag: dict[tuple[str, str], Call] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        datagrams = cast(asyncio.DatagramTransport, transport)
        self._exchange = Exchange(
            loop=asyncio.get_running_loop(),
            transport=datagrams,
            local=datagrams.get_extra_info("sockname"),
            events=self._events,
            recordings=self._recordings,
            media_timeout=self._media_timeout,
        )

    @property
    def address(self) -> Address:
        return self._exchange.local

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if not data.strip(b"\r\n\0"):
            return  # a keep-alive (RFC 5626 section 3.5.1)
        try:
            message = parse(data)
        except MalformedMessage as error:
            start = data[:80].decode("latin-1")
            self._events.note(Fact.MALFORMED, reason=str(error), size=len(data), start=start)
            return
        if isinstance(message, Response):
            self._exchange.receive(message)
        else:
            self._receive(message, addr)

    def shut_down(self) -> None:
        """End every call without a word on the wire and finish the recordings."""
        for call in self._by_invite.values():
            call.shut_down()

    def _receive(self, request: Request, source: Address) -> None:
        match request.method:
            case "INVITE":
                self._invite(request, source)
            case "ACK":
                if call := self._dialog(request):
                    call.ack()
            case "CANCEL":
                if call := self._by_invite.get(_key(request)):
                    call.cancel(request, source)
                else:
                    self._unknown_dialog(request, source)
            case "BYE" | "INFO":
                self._in_dialog(request, source)
            case "OPTIONS":
                self._respond(request, source, 200, (ALLOW, *self._proof(request)))
            case _:
                self._respond(request, source, 405, (ALLOW,))

    def _invite(self, request: Request, source: Address) -> None:
        if call := self._by_invite.get(_key(request)):
            call.repeated_invite()
        elif request.to_tag is not None:
            if call := self._dialog(request):
                call.reinvite(request, source)
            else:
                self._unknown_dialog(request, source)
        elif required := request.every("require"):
            self._respond(request, source, 420, [("Unsupported", name) for name in required])
        else:
            self._new_call(request, source)

    def _new_call(self, request: Request, source: Address) -> None:
        callee = user_of(request.uri)
        behaviour = behaviour_of(callee)
        asserted = request.first("p-asserted-identity")
        identity = CallIdentity(
            call_id=request.call_id,
            callee=callee,
            caller=user_of(uri_in(request.required("from"))),
            asserted=None if asserted is None else user_of(uri_in(asserted)),
            behaviour=behaviour.name,
        )

        def forget() -> None:
            del self._by_invite[_key(request)]
            del self._by_tag[request.call_id, call.tag]

        call = Call(self._exchange, request, source, identity, behaviour, forget)
        self._by_invite[_key(request)] = call
        self._by_tag[request.call_id, call.tag] = call
        call.begin()

    def _in_dialog(self, request: Request, source: Address) -> None:
        call = self._dialog(request)
        if call is None:
            self._unknown_dialog(request, source)
        elif request.method == "BYE":
            call.bye(request, source)
        else:
            call.info(request, source)

    def _dialog(self, request: Request) -> Call | None:
        return self._by_tag.get((request.call_id, request.to_tag or ""))

    def _unknown_dialog(self, request: Request, source: Address) -> None:
        self._events.note(Fact.UNKNOWN_DIALOG, method=request.method, call_id=request.call_id)
        self._respond(request, source, 481)

    def _proof(self, request: Request) -> tuple[Header, ...]:
        challenge = request.first(CHALLENGE_HEADER.lower())
        if challenge is None:
            return ()
        return ((PROOF_HEADER, proof_of(self._key, self._reached_at or self.address, challenge)),)

    def _respond(
        self, request: Request, source: Address, code: int, headers: tuple[Header, ...] | list[Header] = ()
    ) -> None:
        data = response(request, source, code, to_tag=new_tag(), headers=headers)
        self._exchange.send(data, reply_address(request, source))


def _key(request: Request) -> _TransactionKey:
    number, _ = request.sequence
    return request.call_id, request.from_tag, number
