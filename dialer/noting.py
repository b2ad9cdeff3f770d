"""What an operator notes by hand about a number: an objection, whoever has it, its correction, a consent."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from dialer import audit
from dialer.audit import AuditKind, Pseudonyms
from dialer.candidates import reconsider
from dialer.corrections import noted_by_hand, standing_oppositions, standing_wishes
from dialer.errors import NotPossible
from dialer.facts import local_day
from dialer.oppositions import NOTED_BY_HAND, note_opposition, oppositions_on
from dialer.schema import ConsentRow, WishKind
from dialer.settings import Settings
from dialer.wishes import contact_of, holder_of, record_wish, wishes_of
from rules.places import possible_places


def note_objection(
    session: Session,
    pseudonyms: Pseudonyms,
    *,
    number: str,
    advertiser_id: int | None,
    said_at: datetime,
    source: str,
    now: datetime,
) -> None:
    """An objection, or the withdrawal of a consent: at once, and kept for a number that nobody has yet."""
    contact_id = holder_of(session, number)
    if contact_id is None:
        zones = [place.zone for place in possible_places(None, number) if place.zone]
        note_opposition(
            session,
            pseudonyms,
            number=number,
            advertiser_id=advertiser_id,
            kind=WishKind.OBJECTION,
            said_on=local_day(said_at, zones),
            source=source,
            now=now,
        )
        return
    record_wish(
        session,
        pseudonyms,
        contact_id=contact_id,
        advertiser_id=advertiser_id,
        kind=WishKind.OBJECTION,
        said_at=said_at,
        source=source,
        now=now,
    )


def correct_objection(
    session: Session,
    pseudonyms: Pseudonyms,
    *,
    number: str,
    advertiser_id: int | None,
    reason: str,
    by: str,
    now: datetime,
) -> None:
    """Take back what was noted by hand against a number, toward this advertiser or (None) toward all.

    A mistake of ours is put right (GDPR art. 5(1)(d), 16). What a person said is not: raises `NotPossible` when
    nothing that was noted by hand stands.
    """
    contact_id = holder_of(session, number)
    source = f"{by}: {reason}"
    wishes = standing_wishes(wishes_of(session, contact_id)) if contact_id else []
    mistaken = [wish for wish in wishes if wish.advertiser_id == advertiser_id and noted_by_hand(wish)]
    rows = standing_oppositions(row for row, held in oppositions_on(session, number) if held.name == NOTED_BY_HAND)
    opposed = [row for row in rows if row.advertiser_id == (advertiser_id or 0)]
    if not mistaken and not opposed:
        raise NotPossible(
            f"nothing that was noted by hand stands against {number} toward this advertiser. What was said in a call "
            "stands; a file is taken back with `dialer list undo`; who changes their mind gives a new consent "
            "(`dialer consent add`)",
            f"rien de ce qui a été noté à la main ne vaut contre {number} envers cet annonceur. Ce qui a été dit au "
            "téléphone demeure ; un fichier se reprend avec `dialer list undo` ; qui change d'avis donne un nouveau "
            "consentement (`dialer consent add`)",
        )
    if len(mistaken) > 1:
        told = "; ".join(f"{wish.noted_at:%Y-%m-%d} {wish.source}" for wish in mistaken)
        raise NotPossible(
            f"several entries stand against the person of {number}, and a correction would take all of them back: "
            f"{told}. Who changes their mind gives a new consent (`dialer consent add`)",
            f"plusieurs entrées valent contre la personne du {number}, et une correction les reprendrait toutes : "
            f"{told}. Qui change d'avis donne un nouveau consentement (`dialer consent add`)",
        )
    if opposed:
        note_opposition(
            session,
            pseudonyms,
            number=number,
            advertiser_id=advertiser_id,
            kind=WishKind.CORRECTION,
            said_on=now.date(),
            source=source,
            now=now,
        )
    if mistaken and contact_id:
        record_wish(
            session,
            pseudonyms,
            contact_id=contact_id,
            advertiser_id=advertiser_id,
            kind=WishKind.CORRECTION,
            said_at=None,
            source=source,
            now=now,
        )
    if contact_id:
        reconsider(session, [contact_id], now, advertiser_id)


def note_consent(
    session: Session, settings: Settings, pseudonyms: Pseudonyms, number: str, consent: ConsentRow, now: datetime
) -> None:
    """Keep a consent of the person who has this number, and ask about them again.

    Raises `NotFound` for a number of nobody, `NotPossible` for a consent that could not count: a day to come, no
    proof, or a notice that the settings do not hold.
    """
    consent.contact_id = contact_of(session, number)
    _require_provable(settings, consent, now.date())
    session.add(consent)
    session.flush()
    recorded = {"id", "collected_on", "notice", "systems", "channels", "hours", "until", "advertiser"}
    told = consent.model_dump(mode="json", include=recorded)
    audit.append(session, AuditKind.CONSENT, {"person": pseudonyms.of(consent.contact_id), "consent": told}, now)
    reconsider(session, [consent.contact_id], now)


def _require_provable(settings: Settings, consent: ConsentRow, today: date) -> None:
    known = ", ".join(repr(notice.id) for notice in settings.notices) or "—"
    if consent.collected_on is None or consent.collected_on > today:
        raise NotPossible(
            f"a consent of {consent.collected_on}: a day to come; give the day on which it was collected",
            f"un consentement du {consent.collected_on} : un jour à venir ; donner le jour du recueil",
        )
    if not consent.proof.strip():
        raise NotPossible(
            "a consent without proof does not count (C. conso. L.223-1): say where it is kept, with --proof",
            "un consentement sans preuve ne compte pas (C. conso. L.223-1) : dire où elle est, avec --proof",
        )
    if consent.notice not in settings.notices_by_id():
        raise NotPossible(
            f"no notice {consent.notice!r} in dialer.toml; it names: {known}",
            f"notice {consent.notice!r} absente de dialer.toml ; on y trouve : {known}",
        )
