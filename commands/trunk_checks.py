"""What `dialer doctor` looks at for each trunk: the carrier's doors, account, codecs, ports and caller ids."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

from adapters.sip.contract import trunk_of
from adapters.sip.login import answer_to_login
from adapters.sip.reachability import NoAnswer, ask, status_line
from adapters.sip.rtp_ports import NoPortsFree, RtpRange, claim_rtp_range
from adapters.sip.sip_messages import codecs_of, date_of
from adapters.sip.trunk import TrunkAddress
from dialer.duties_of_the_day import REVIEW_EVERY
from dialer.errors import SettingsRefused
from dialer.settings import CallerIdSettings, TrunkSettings
from dialer.trunk_settings import Transport, Use
from rules.caller_ids import CallerIdKind, caller_id_kind
from rules.rulebook import french_rulebook

_CLOCKS_APART = timedelta(seconds=5)
"""A Date header has whole seconds, and the answer travels."""
_CALLS_PER_PROCESS = 4
_FIRST_RTP_PORT = 20000


@dataclass(frozen=True, slots=True)
class Check:
    """One look. `good` None: worth knowing, nothing that keeps calls from leaving."""

    name: str
    good: bool | None
    fr: str
    en: str


def trunk_checks(settings: TrunkSettings, folder: Path, built: tuple[str, ...]) -> Iterator[Check]:
    """All looks at one trunk. `built` are the codecs of this build of PJSIP."""
    name = f"trunk {settings.name}"
    if settings.loopback:
        yield Check(
            name, None, "opérateur de bouclage, lancé avec `dialer run`", "loopback carrier, started by `dialer run`"
        )
    else:
        try:
            trunk = trunk_of(settings, folder)
        except SettingsRefused as refusal:
            yield Check(name, False, refusal.message_fr, str(refusal))
        else:
            yield from _carrier(trunk, name, built)
    yield _audio_ports(settings, name)
    numbers = french_rulebook().on(datetime.now(UTC).date()).numbers
    for caller_id in settings.caller_ids:
        yield _may_be_shown(caller_id.number, caller_id_kind(caller_id.number, numbers))
        yield from _registry(caller_id, folder)


def _carrier(trunk: TrunkAddress, name: str, built: tuple[str, ...]) -> Iterator[Check]:
    if trunk.probes:
        for door in trunk.doors:
            yield from _door(trunk, door, name)
    else:
        yield Check(
            name, None, "ignore OPTIONS, dit dialer.toml : pas essayé", "ignores OPTIONS, says dialer.toml: not tried"
        )
    if trunk.account.username:
        yield _login(trunk, name)
    absent = [codec for codec in trunk.codecs if not any(each.startswith(f"{codec}/") for each in built)]
    if built and absent:
        listed = ", ".join(absent)
        yield Check(
            f"{name} codecs",
            None if len(absent) < len(trunk.codecs) else False,
            f"ce PJSIP n'a pas {listed}",
            f"this PJSIP has no {listed}",
        )
    if trunk.srtp is not Use.OFF and trunk.transport is not Transport.TLS:
        yield Check(
            f"{name} SRTP",
            None,
            f"les clés SRTP passent en clair sur {trunk.transport} : prendre transport = tls",
            f"SRTP keys travel in the clear over {trunk.transport}: take transport = tls",
        )


def _door(trunk: TrunkAddress, door: str, name: str) -> Iterator[Check]:
    try:
        message = ask(trunk, door, "OPTIONS")
    except NoAnswer as silence:
        yield Check(
            name,
            False,
            f"{door} ne répond pas ; vérifier l'adresse, le pare-feu et le contrat ({trunk.transport} : {silence})",
            f"{door} does not answer; check address, firewall and contract ({trunk.transport}: {silence})",
        )
        return
    answer = f"({trunk.transport}) {status_line(message)}"
    yield Check(name, True, f"{door} répond {answer}", f"{door} answers {answer}")
    if (theirs := date_of(message)) is not None:
        yield _clocks(theirs - datetime.now(UTC), name)
    if offered := codecs_of(message):
        common = [codec for codec in trunk.codecs if codec.upper() in map(str.upper, offered)]
        listed = ", ".join(common or offered)
        yield Check(
            f"{name} codecs",
            bool(common),
            f"en commun : {listed}" if common else f"aucun en commun : l'opérateur a {listed} ; compléter codecs",
            f"in common: {listed}" if common else f"none in common: the carrier has {listed}; add one to codecs",
        )


def _clocks(apart: timedelta, name: str) -> Check:
    seconds = f"{apart.total_seconds():+.0f} s"
    good = abs(apart) <= _CLOCKS_APART
    return Check(
        f"{name} horloge/clock",
        good,
        f"l'opérateur est à {seconds} de cette machine" + ("" if good else " ; mettre la machine à l'heure (NTP)"),
        f"the carrier is {seconds} from this machine" + ("" if good else "; set this machine's clock (NTP)"),
    )


def _login(trunk: TrunkAddress, name: str) -> Check:
    try:
        answer = answer_to_login(trunk)
    except NoAnswer as silence:
        answer = str(silence)
    good = answer.startswith("SIP/2.0 2")
    return Check(
        f"{name} compte/account",
        good,
        f"{trunk.account.username} : {answer}" + ("" if good else " ; vérifier username et mot de passe"),
        f"{trunk.account.username}: {answer}" + ("" if good else "; check username and password"),
    )


def _audio_ports(settings: TrunkSettings, name: str) -> Check:
    """As many ranges as the channels need, claimed together and given back."""
    wanted = -(-settings.channels // _CALLS_PER_PROCESS)
    taken: list[RtpRange] = []
    try:
        taken.extend(islice(_ranges(), wanted))
    except NoPortsFree as trouble:
        return Check(
            f"{name} ports", False, f"{len(taken)} plages UDP libres sur {wanted} pour la voix", f"audio: {trouble}"
        )
    finally:
        for each in taken:
            each.claim.close()
    first, last = taken[0].first, taken[-1].first + 63
    return Check(
        f"{name} ports", True, f"UDP {first} à {last} libres pour la voix", f"UDP {first} to {last} free for audio"
    )


def _ranges() -> Iterator[RtpRange]:
    """Free ranges one after the other; each is kept from the next as long as it is held."""
    first = _FIRST_RTP_PORT
    while True:
        found = claim_rtp_range(first, "")
        first = found.first + 64
        yield found


def _may_be_shown(number: str, kind: CallerIdKind) -> Check:
    """What the number may be shown for, by the numbering rules of today."""
    match kind:
        case CallerIdKind.NPV:
            return Check(number, True, "NPV : tous les systèmes", "NPV: any system")
        case CallerIdKind.FIXED:
            return Check(number, True, "01-05/09 : agent humain seulement", "01-05/09: human agents only")
    return Check(
        number, False, f"{kind} : ne peut pas être affiché, le retirer", f"{kind}: may not be shown, remove it"
    )


def _registry(caller_id: CallerIdSettings, folder: Path) -> Iterator[Check]:
    """What is missing in the number's file, for the day on which somebody asks (CPCE L.44 IV)."""
    for fr, en in _gaps(caller_id, folder, datetime.now(UTC).date()):
        yield Check(caller_id.number, None, fr, en)


def _gaps(caller_id: CallerIdSettings, folder: Path, today: date) -> Iterator[tuple[str, str]]:
    if not (folder / caller_id.proof).is_file():
        yield f"pas d'attestation {caller_id.proof} dans le dossier", f"no attestation {caller_id.proof} in the folder"
    if not caller_id.carrier:
        yield "opérateur attributaire non indiqué (carrier)", "the operator that holds it is not named (carrier)"
    if today - caller_id.reviewed_on > REVIEW_EVERY:
        yield (
            f"attestation revue le {caller_id.reviewed_on}, il y a plus d'un an ; la revoir",
            f"attestation reviewed on {caller_id.reviewed_on}, over a year ago; review it",
        )
    if not caller_id.inbound_route:
        yield (
            "pas de route entrante (inbound_route) : un rappel doit aboutir",
            "no inbound_route: a call back must arrive somewhere",
        )
