"""What PJSIP is told of the trunk: transports, marking, codecs, and one account for each of its doors.

Apart from the endpoint, whose settings keep the library alive; these come from the carrier's contract.
An account per door, because PJSIP takes a call's route from its account and from nowhere else.
"""

from __future__ import annotations

import ssl
from collections import deque
from dataclasses import dataclass
from typing import Final

import pjsua2 as pj

from adapters.sip.trunk import Account, TrunkAddress
from dialer.trunk_settings import Codec, Transport, Use

VOICE: Final = 46
"""DSCP of audio: expedited forwarding (RFC 3246)."""
SIGNALLING: Final = 24
"""DSCP of SIP: CS3 (RFC 4594 §4.2)."""

_NAMES: Final = {
    Codec.PCMA: "PCMA/8000",
    Codec.PCMU: "PCMU/8000",
    Codec.G722: "G722/16000",
    Codec.SPEEX: "speex/8000",
    Codec.OPUS: "opus/48000",
}
_TRANSPORTS: Final = {
    Transport.UDP: pj.PJSIP_TRANSPORT_UDP,
    Transport.TCP: pj.PJSIP_TRANSPORT_TCP,
    Transport.TLS: pj.PJSIP_TRANSPORT_TLS,
}
_SRTP: Final = {
    Use.OFF: pj.PJMEDIA_SRTP_DISABLED,
    Use.OPTIONAL: pj.PJMEDIA_SRTP_OPTIONAL,
    Use.REQUIRED: pj.PJMEDIA_SRTP_MANDATORY,
}
_TIMER: Final = {
    Use.OFF: pj.PJSUA_SIP_TIMER_INACTIVE,
    Use.OPTIONAL: pj.PJSUA_SIP_TIMER_OPTIONAL,
    Use.REQUIRED: pj.PJSUA_SIP_TIMER_REQUIRED,
}
_PRACK: Final = {
    Use.OFF: pj.PJSUA_100REL_NOT_USED,
    Use.OPTIONAL: pj.PJSUA_100REL_OPTIONAL,
    Use.REQUIRED: pj.PJSUA_100REL_MANDATORY,
}


@dataclass(frozen=True, slots=True)
class RegistrationHeard:
    """The answer to a REGISTER. `remote` is False when none came and the code is our own."""

    door: int
    code: int
    reason: str
    remote: bool


@dataclass(frozen=True, slots=True)
class ProbeHeard:
    """The end of an OPTIONS: any answer of the far end will do, a code of our own is its silence."""

    door: int
    code: int
    remote: bool


Answers = deque[RegistrationHeard | ProbeHeard]


class Door(pj.Account):  # type: ignore[misc]
    """One door of the trunk. Its callbacks only note, as those of a call do."""

    def __init__(self, number: int, answers: Answers) -> None:
        super().__init__()
        self._number = number
        self._answers = answers

    def onRegState(self, prm: pj.OnRegStateParam) -> None:
        remote = bool(prm.rdata.wholeMsg)
        self._answers.append(RegistrationHeard(self._number, int(prm.code), str(prm.reason), remote))

    def onSendRequest(self, prm: pj.OnSendRequestParam) -> None:
        change = prm.e.body.tsxState
        remote = prm.e.type == pj.PJSIP_EVENT_TSX_STATE and change.type == pj.PJSIP_EVENT_RX_MSG
        self._answers.append(ProbeHeard(self._number, int(change.tsx.statusCode), remote))


def transport_config(trunk: TrunkAddress, bound: str) -> tuple[int, pj.TransportConfig]:
    """Type and settings of the transport for SIP messages."""
    config = pj.TransportConfig()
    config.boundAddress = bound
    _mark(config, SIGNALLING)
    if trunk.transport is Transport.TLS:
        tls = config.tlsConfig
        tls.verifyServer = trunk.tls.verify
        tls.CaListFile = trunk.tls.ca_file or ssl.get_default_verify_paths().cafile or ""
        tls.proto = pj.PJ_SSL_SOCK_PROTO_TLS1_2
        tls.msecTimeout = 5000
    return _TRANSPORTS[trunk.transport], config


def codec_priorities(trunk: TrunkAddress, present: list[str]) -> dict[str, int]:
    """PJSIP's priority (0 to 255) of each codec of this build. Raises `ValueError` when none is wanted."""
    priorities = dict.fromkeys(present, 0)
    for rank, codec in enumerate(trunk.codecs):
        for name in present:
            if name.startswith(_NAMES[codec]):
                priorities[name] = 255 - rank
    if not any(priorities.values()):
        raise ValueError(f"this build of PJSIP has none of {', '.join(trunk.codecs)}; add PCMA to the trunk's codecs")
    return priorities


def account_config(
    trunk: TrunkAddress, door: int, transport: int, bound: str, rtp_first: int, rtp_span: int
) -> pj.AccountConfig:
    """The account through which calls leave by this door."""
    config = pj.AccountConfig()
    account = trunk.account
    # Contact shows it on every call: never a person's number.
    config.idUri = f"sip:{account.username}@{trunk.host}" if account.username else "sip:trunk@127.0.0.1"
    config.sipConfig.transportId = transport
    if trunk.proxies:
        config.sipConfig.proxies.append(trunk.uri(door=trunk.proxies[door]) + ";lr")
    _prove(config, account)
    registration = config.regConfig
    registration.registrarUri = trunk.uri() if account.registers else ""
    registration.registerOnAdd = False  # one process of many registers, when it is told to
    registration.timeoutSec = account.expires_seconds
    registration.retryIntervalSec = 0  # the watch tries again, with a back-off that PJSIP has not
    config.callConfig.timerUse = _TIMER[trunk.session_timer]
    config.callConfig.prackUse = _PRACK[trunk.prack]
    config.mediaConfig.srtpUse = _SRTP[trunk.srtp]
    config.mediaConfig.srtpSecureSignaling = 0  # `doctor` warns of keys sent in the clear; an SBC may encrypt
    _carry_audio(config, bound, rtp_first, rtp_span)
    return config


def house_transport_config(bound: str) -> pj.TransportConfig:
    """The transport to agents' phones: UDP, whatever the trunk speaks."""
    config = pj.TransportConfig()
    config.boundAddress = bound
    _mark(config, SIGNALLING)
    return config


def house_config(
    account: Account, host: str, transport: int, bound: str, rtp_first: int, rtp_span: int
) -> pj.AccountConfig:
    """The account through which agents' phones are called: nothing of the trunk, no number; a password where the PBX
    at `host` asks for one."""
    config = pj.AccountConfig()
    config.idUri = f"sip:{account.username}@{host}" if account.username else "sip:dialer@127.0.0.1"
    _prove(config, account)
    config.sipConfig.transportId = transport
    config.regConfig.registerOnAdd = False
    _carry_audio(config, bound, rtp_first, rtp_span)
    return config


def _prove(config: pj.AccountConfig, account: Account) -> None:
    if account.username:
        login = pj.AuthCredInfo("digest", account.realm, account.username, 0, account.password)
        config.sipConfig.authCreds.append(login)


def _carry_audio(config: pj.AccountConfig, bound: str, rtp_first: int, rtp_span: int) -> None:
    media = config.mediaConfig
    media.transportConfig.boundAddress = bound
    media.transportConfig.port, media.transportConfig.portRange = rtp_first, rtp_span
    _mark(media.transportConfig, VOICE)
    media.lockCodecEnabled = False  # else a re-INVITE follows an answer with two codecs


def _mark(config: pj.TransportConfig, dscp: int) -> None:
    config.qosParams.flags = pj.PJ_QOS_PARAM_HAS_DSCP
    config.qosParams.dscp_val = dscp
