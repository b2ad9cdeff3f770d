"""`python -m adapters.loopback`: runs the loopback carrier until a signal or its parent's end.

Exit codes: 0 ended as asked, 2 usage, 3 a port, file or folder that cannot be used.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from adapters.loopback.addresses import Address, is_loopback
from adapters.loopback.carrier import Carrier
from adapters.loopback.events import EventLog, Fact
from adapters.loopback.sounds import prepare

BAD_INPUT = 3


class CarrierCannotRun(Exception):
    """Something outside stops the carrier from starting; the text says what, and what to do."""


def _loopback(text: str) -> str:
    if not is_loopback(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a loopback address; use one of 127.0.0.0/8")
    return text


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port < 65536:
        raise ValueError(text)
    return port


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    return _loopback(host), _port(port)


def _seconds(text: str) -> timedelta:
    return timedelta(seconds=float(text))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m adapters.loopback", description=__doc__)
    parser.add_argument("--host", type=_loopback, default="127.0.0.1", help="loopback address (127.0.0.1)")
    parser.add_argument("--port", type=_port, required=True, help="UDP port; 0 takes a free one")
    parser.add_argument("--key-file", type=Path, required=True, help="the key that answers challenges")
    parser.add_argument("--events", type=Path, required=True, help="JSON lines, appended")
    parser.add_argument("--recordings", type=Path, required=True, help="folder for what the far end heard")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    parser.add_argument(
        "--media-timeout",
        type=_seconds,
        default=timedelta(seconds=60),
        metavar="SECONDS",
        help="hang up on a caller that sends no audio for so long (60)",
    )
    parser.add_argument(
        "--reached-at",
        type=_address,
        metavar="HOST:PORT",
        help="loopback address of a proxy in front, under which this carrier proves itself",
    )
    return parser.parse_args()


def _open_evidence(arguments: argparse.Namespace) -> tuple[EventLog, bytes]:
    try:
        key = arguments.key_file.read_bytes()
        arguments.recordings.mkdir(parents=True, exist_ok=True)
        arguments.events.parent.mkdir(parents=True, exist_ok=True)
        events = arguments.events.open("a", encoding="utf-8")
    except OSError as error:
        raise CarrierCannotRun(f"{error.filename}: {error.strerror}. Give a path that can be used.") from None
    if not key:
        events.close()
        raise CarrierCannotRun(f"{arguments.key_file} is empty. Put a key of 32 random bytes into it.")
    return EventLog(events), key


async def _serve(arguments: argparse.Namespace) -> None:
    events, key = _open_evidence(arguments)
    with events:
        prepare()
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.set_exception_handler(lambda loop, context: _note_fault(events, loop, context))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, ended.set)
        try:
            transport, carrier = await loop.create_datagram_endpoint(
                lambda: Carrier(events, arguments.recordings, key, arguments.media_timeout, arguments.reached_at),
                local_addr=(arguments.host, arguments.port),
            )
        except OSError as error:
            raise CarrierCannotRun(
                f"cannot listen on UDP {arguments.host}:{arguments.port}: {os.strerror(error.errno or 0)}. "
                "End what uses the port, choose another with --port, or let --port 0 take a free one."
            ) from None
        if arguments.with_parent:
            _watch_parent(loop, ended)
        host, port = carrier.address
        print(json.dumps({"ready": True, "host": host, "port": port}), flush=True)
        await ended.wait()
        carrier.shut_down()
        transport.close()


def _note_fault(events: EventLog, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """One call that fails must not take the others along, nor go unseen."""
    events.note(Fact.INTERNAL_ERROR, reason=repr(context.get("exception") or context["message"]))
    loop.default_exception_handler(context)


def _watch_parent(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    def readable() -> None:
        if not os.read(0, 4096):
            loop.remove_reader(0)
            ended.set()

    try:
        loop.add_reader(0, readable)
    except PermissionError:
        raise CarrierCannotRun(
            "--with-parent needs a pipe or terminal as standard input, not a file. Leave it out."
        ) from None


def main() -> int:
    arguments = _arguments()
    try:
        asyncio.run(_serve(arguments))
    except CarrierCannotRun as error:
        print(f"loopback carrier: {error}", file=sys.stderr)
        return BAD_INPUT
    return 0


if __name__ == "__main__":
    sys.exit(main())
