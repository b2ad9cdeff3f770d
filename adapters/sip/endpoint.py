"""One PJSUA2 endpoint as this project runs it: one thread, no sound device, A-law first.

A wrong setting aborts the process (docs/adr/0004), which is why nobody else makes an endpoint.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any, Final

import pjsua2 as pj

from adapters.sip.rtp_ports import RtpRange
from adapters.sip.trunk import TrunkAddress

TOO_MANY_CALLS: Final = 70010
"""PJ_ETOOMANY: every slot is taken, though perhaps only by an ended call whose BYE nobody answers."""
_CODECS: Final = {"PCMA/8000": 255, "PCMU/8000": 128}


class SipEndpoint:
    """Boots PJSIP for one trunk. It is never torn down: the process ends with `os._exit`, because
    destructors after `libDestroy` abort."""

    def __init__(self, trunk: TrunkAddress, rtp: RtpRange) -> None:
        """Raises `pj.Error` when no SIP port or audio bridge can be had."""
        self._library = pj.Endpoint()
        self._library.libCreate()
        self.channels = _calls_per_process()
        self._library.libInit(_settings(self.channels))
        bound = trunk.host if trunk.local else ""
        transport = self._library.transportCreate(pj.PJSIP_TRANSPORT_UDP, _transport(bound, 0, 0))
        self._library.libStart()
        self._library.audDevManager().setNullDev()
        for codec in self._library.codecEnum2():
            self._library.codecSetPriority(codec.codecId, _priority(codec.codecId))
        self.account = pj.Account()
        self.account.create(_account(transport, _transport(bound, rtp.first, rtp.span)))
        # The bridge measures a call's level only while the call feeds some port: the null device will do.
        self.sink = self._library.audDevManager().getPlaybackDevMedia()

    def pump(self, wait: timedelta) -> None:
        """Let PJSIP work for at most `wait`; its callbacks run inside."""
        self._library.libHandleEvents(int(wait / timedelta(milliseconds=1)))


def _calls_per_process() -> int:
    """How many calls this build carries at once (PJSUA_MAX_CALLS; 4 in the prebuilt wheel).

    `libInit` silently clamps a larger wish, and PJSUA2 has no getter, so the library's own C
    function is asked.
    """
    ask: Callable[[], Any] = ctypes.CDLL(import_module("pjsua2._pjsua2").__file__).pjsua_call_get_max_count
    return int(ask())


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


def _transport(bound: str, port: int, span: int) -> pj.TransportConfig:
    transport = pj.TransportConfig()
    transport.boundAddress = bound
    transport.port, transport.portRange = port, span
    return transport


def _account(transport: int, rtp: pj.TransportConfig) -> pj.AccountConfig:
    account = pj.AccountConfig()
    account.idUri = "sip:trunk@127.0.0.1"  # Contact shows it on every call: never a person's number
    account.sipConfig.transportId = transport
    account.mediaConfig.transportConfig = rtp
    account.mediaConfig.lockCodecEnabled = False  # else a re-INVITE follows an answer with two codecs
    return account


def _priority(codec: str) -> int:
    return next((priority for name, priority in _CODECS.items() if codec.startswith(name)), 0)
