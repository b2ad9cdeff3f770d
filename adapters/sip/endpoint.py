"""One PJSUA2 endpoint as this project runs it: one thread, no sound device, one account per door of the trunk.

A wrong setting aborts the process (docs/adr/0004), which is why nobody else makes an endpoint.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any, Final

import pjsua2 as pj

from adapters.sip.accounts import (
    Answers,
    Door,
    account_config,
    codec_priorities,
    house_config,
    house_transport_config,
    transport_config,
)
from adapters.sip.rtp_ports import RtpRange
from adapters.sip.trunk import Account, TrunkAddress

TOO_MANY_CALLS: Final = 70010
"""PJ_ETOOMANY: every slot is taken, though perhaps only by an ended call whose BYE nobody answers."""


class SipEndpoint:
    """Boots PJSIP for one trunk. It is never torn down: the process ends with `os._exit`, because
    destructors after `libDestroy` abort. `answers` to our own requests come in as PJSIP is pumped."""

    def __init__(self, trunk: TrunkAddress, rtp: RtpRange) -> None:
        """Raises `pj.Error` when no SIP port or audio bridge can be had, `ValueError` when no codec can."""
        self._library = pj.Endpoint()
        self._library.libCreate()
        self._count, most = _counters()
        self.channels = int(most())
        self._library.libInit(_settings(self.channels))
        bound = trunk.host if trunk.local else ""
        transport = self._library.transportCreate(*transport_config(trunk, bound))
        self._library.libStart()
        self._library.audDevManager().setNullDev()
        present = [str(codec.codecId) for codec in self._library.codecEnum2()]
        for codec, priority in codec_priorities(trunk, present).items():
            self._library.codecSetPriority(codec, priority)
        self.answers: Answers = deque()
        self.doors = tuple(Door(number, self.answers) for number in range(len(trunk.doors)))
        for number, door in enumerate(self.doors):
            door.create(account_config(trunk, number, transport, bound, rtp.first, rtp.span))
        self._bound, self._rtp = bound, rtp
        self._house_transport: int | None = None
        self._house: dict[tuple[Account, str], Door] = {}
        # The bridge measures a call's level only while the call feeds some port: the null device will do.
        self.sink = self._library.audDevManager().getPlaybackDevMedia()

    def house_door(self, account: Account, host: str) -> Door:
        """Where calls to agents' phones leave that want this login at this host; made at the first of them. Raises
        `pj.Error` without a free port."""
        if self._house_transport is None:
            config = house_transport_config(self._bound)
            self._house_transport = self._library.transportCreate(pj.PJSIP_TRANSPORT_UDP, config)
        at = account, host if account.username else ""
        if at not in self._house:
            door = Door(len(self.doors) + len(self._house), self.answers)
            door.create(
                house_config(account, host, self._house_transport, self._bound, self._rtp.first, self._rtp.span)
            )
            self._house[at] = door
        return self._house[at]

    @property
    def calls(self) -> int:
        """Slots in use now: also those of calls that are over for us but whose BYE or CANCEL is not answered."""
        return int(self._count())

    def pump(self, wait: timedelta) -> None:
        """Let PJSIP work for at most `wait`; its callbacks run inside."""
        self._library.libHandleEvents(int(wait / timedelta(milliseconds=1)))


def _counters() -> tuple[Callable[[], Any], Callable[[], Any]]:
    """How many slots are in use, and how many this build has (PJSUA_MAX_CALLS; 4 in the prebuilt wheel).

    `libInit` silently clamps a larger wish, and PJSUA2 has getters for neither, so the library's own C
    functions are asked.
    """
    library = ctypes.CDLL(import_module("pjsua2._pjsua2").__file__)
    return library.pjsua_call_get_count, library.pjsua_call_get_max_count


def _settings(channels: int) -> pj.EpConfig:
    settings = pj.EpConfig()
    agent, media = settings.uaConfig, settings.medConfig
    agent.threadCnt, agent.mainThreadOnly = 0, True
    agent.maxCalls = channels
    agent.userAgent = "dialer"
    agent.natTypeInSdp = 0  # else the offer tells what PJSIP thinks of our network
    media.clockRate = media.sndClockRate = 8000
    media.ecTailLen = 0
    media.noVad = True
    media.sndAutoCloseTime = -1  # else the bridge's clock stops one second after a call, in the next one
    settings.logConfig.level = settings.logConfig.consoleLevel = 1
    return settings
