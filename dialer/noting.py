"""What an operator notes by hand about a number: an objection, whoever has it, its correction, a consent."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from dialer import audit, remarks
from dialer.audit import AuditKind, Pseudonyms
from dialer.candidates import reconsider
from dialer.entries import Entry, entries_on, entry_to_correct
from dialer.errors import NotPossible
from dialer.facts import local_day
from dialer.oppositions import note_opposition
from dialer.schema import ConsentRow, Origin, Wish, WishKind
from dialer.settings import Settings
from dialer.stopping import ask_again
from dialer.wishes import contact_of, holder_of, record_wish
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
    """An objection, or the withdrawal of a consent: at once, and kept for a number that nobody has yet.

    Raises `NotPossible` for one that would have been said after `now`.
    """
    if said_at > now:
        raise NotPossible(
            f"--at {said_at.isoformat()}: an instant to come; give the one at which it was said",
            f"--at {said_at.isoformat()} : un instant à venir ; donner celui où cela a été dit",
        )
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
        origin=Origin.HAND,
        number=number,
        now=now,
    )


def correct_objection(
    session: Session,
    pseudonyms: Pseudonyms,
    *,
    number: str,
    advertiser_id: int | None,
    entry_id: str,
    reason: str,
    by: str,
    now: datetime,
) -> Entry:
    """Take back one entry that was noted by hand: the one of that id or, without an id, the only one about this
    number toward this advertiser (None: toward all). Gives the entry. Raises as `entry_to_correct`."""
    mistaken = entry_to_correct(entries_on(session, number), number, advertiser_id, entry_id)
    source, row = f"{by}: {reason}", mistaken.row
    if isinstance(row, Wish):
        record_wish(
            session,
            pseudonyms,
            contact_id=row.contact_id,
            advertiser_id=row.advertiser_id,
            kind=WishKind.CORRECTION,
            said_at=None,
            source=source,
            origin=Origin.HAND,
            number=row.number,
            corrects=row.id,
            now=now,
        )
    else:
        note_opposition(
            session,
            pseudonyms,
            number=number,
            advertiser_id=mistaken.advertiser_id,
            kind=WishKind.CORRECTION,
            said_on=now.date(),
            source=source,
            now=now,
        )
    contact_id = holder_of(session, number)
    if contact_id:
        reconsider(session, [contact_id], now, mistaken.advertiser_id)
    return mistaken


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
    told["proof_sha256"] = remarks.note(session, consent.proof, consent.contact_id)
    audit.append(session, AuditKind.CONSENT, {"person": pseudonyms.of(consent.contact_id), "consent": told}, now)
    ask_again(session, [consent.contact_id], now)


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
