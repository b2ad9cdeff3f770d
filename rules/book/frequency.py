"""How often: four attempts per thirty days, and rest after a refusal."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from rules.book.accepted_hours import OUTSIDE_REASON, within_accepted_hours
from rules.book.hours import NEW_TEXT, OLD_TEXT
from rules.facts import Consent, Facts
from rules.numbers import Numbers
from rules.rule import PASS, Citation, Layer, Outcome, Rule, Text, Verdict
from rules.situation import Situation


def under_the_cap(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """« de démarcher ou de tenter de démarcher […] plus de quatre fois au cours d'une période de trente
    jours calendaires », by the same professional, directly or through a third party.

    Attempts count whether answered or not, over all numbers of the person; the window is [D-29, D] in
    the consumer's local dates.
    """
    cap, days = numbers.integer("frequency-cap"), numbers.integer("frequency-days")
    if not facts.attempts:
        return Outcome(Verdict.ALLOW, "under-cap", {"attempts": 0, "cap": cap, "window_days": days})
    counts = [_recent(facts, moment, situation.at, days) for moment in situation.clocks]
    used = max(len(recent) for recent in counts)
    values = {"attempts": used, "cap": cap, "window_days": days}
    if used < cap:
        return Outcome(Verdict.ALLOW, "under-cap", values)
    free = [
        _start_of(recent[-cap] + timedelta(days=days), moment.tzinfo)
        for recent, moment in zip(counts, situation.clocks, strict=True)
        if len(recent) >= cap
    ]
    return Outcome(Verdict.DEFER, "cap-reached", values, max(free))


def called_once_at_a_time(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """« des sollicitations répétées et non souhaitées par téléphone »: nobody is called while another call to them,
    on any of their numbers and for any advertiser, is under way or about to leave. No text says so; by policy."""
    if facts.called_until is None or facts.called_until <= situation.at:
        return PASS
    return Outcome(Verdict.DEFER, "on-the-line", {}, facts.called_until)


def rested_after_refusal(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """« avant l'expiration d'une période de soixante jours calendaires révolus à compter de ce refus » :
    a refusal on day R blocks R to R+60."""
    return _sixty_days(facts, situation, numbers)


def rested_after_consent_given_again(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """One reader of the 2026 article says that the sentence is gone, another still lists it: the sixty
    days are kept by policy when consent was given again after the refusal (U-1)."""
    return _sixty_days(facts, situation, numbers) if _consented_again(facts, situation) else PASS


def no_refusal_without_new_consent(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """« mettre fin sans délai à l'appel et ne plus vous contacter » (L.221-16 as amended, U-2): without a
    later consent a refusal is lasting, whatever the contract or the press exemption; one that is limited
    to hours undoes it within them."""
    if facts.last_refusal is None or facts.last_refusal > situation.at:
        return PASS
    if _consented_again(facts, situation):
        return within_accepted_hours(facts, situation)
    return Outcome(Verdict.DENY, "refused", {"refused_on": _refused_on(facts.last_refusal, situation).isoformat()})


def _recent(facts: Facts, moment: datetime, at: datetime, days: int) -> list[date]:
    """Local dates, in order, of the attempts made in the window that ends today."""
    today, first = moment.date(), moment.date() - timedelta(days=days - 1)
    made = (attempt.astimezone(moment.tzinfo).date() for attempt in facts.attempts if attempt <= at)
    return sorted(day for day in made if first <= day <= today)


def _sixty_days(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    if facts.last_refusal is None or facts.last_refusal > situation.at:
        return PASS
    days = numbers.integer("refusal-days")
    ends = [
        (_start_of(refused + timedelta(days=days + 1), moment.tzinfo), refused)
        for moment in situation.clocks
        if (refused := facts.last_refusal.astimezone(moment.tzinfo).date()) + timedelta(days=days) >= moment.date()
    ]
    if not ends:
        return PASS
    until, refused = max(ends)
    return Outcome(Verdict.DEFER, "resting", {"refused_on": refused.isoformat(), "days": days}, until)


def _consented_again(facts: Facts, situation: Situation) -> bool:
    return facts.consent_after_refusal and facts.consent_on(situation.day) is Consent.VALID


def _refused_on(refusal: datetime, situation: Situation) -> date:
    return min(refusal.astimezone(moment.tzinfo).date() for moment in situation.clocks)


def _start_of(day: date, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, time(0), zone).astimezone(UTC)


_CAP = {
    "cap-reached": Text(
        "{attempts} tentatives en {window_days} jours : le maximum de {cap} est atteint",
        "{attempts} attempts in {window_days} days: the cap of {cap} is reached",
    ),
    "under-cap": Text(
        "{attempts} tentative(s) sur {cap} permises en {window_days} jours",
        "{attempts} attempt(s) of {cap} permitted in {window_days} days",
    ),
}
_RESTING = {
    "resting": Text(
        "refus exprimé le {refused_on} : {days} jours révolus à respecter",
        "refused on {refused_on}: {days} completed days must pass",
    )
}
_REST_TITLE = Text("Soixante jours après un refus", "Sixty days after a refusal")
_FREQ_TITLE = Text("Quatre tentatives par trente jours", "Four attempts per thirty days")
_FREQ_READS = ("frequency-cap", "frequency-days")
_D223_9 = "C. conso. D.223-9"

RULES = (
    *(
        Rule(
            "FR-FREQ",
            _FREQ_TITLE,
            Layer.STATUTE,
            (Citation(_D223_9, act, confidence),),
            _CAP,
            under_the_cap,
            period,
            reads=_FREQ_READS,
        )
        for period, act, confidence in (
            (OLD_TEXT, "décret 2022-1313", "P"),
            (NEW_TEXT, "décret 2026-662 art. 4", "S2"),
        )
    ),
    Rule(
        "FR-REFUSAL-60D",
        _REST_TITLE,
        Layer.STATUTE,
        (Citation(f"{_D223_9} al. 3", "décret 2022-1313"),),
        _RESTING,
        rested_after_refusal,
        OLD_TEXT,
        reads=("refusal-days",),
    ),
    Rule(
        "FR-REFUSAL-60D",
        _REST_TITLE,
        Layer.POLICY,
        (Citation(f"{_D223_9} al. 3", "décret 2022-1313, maintenu par prudence (U-1)", "S"),),
        _RESTING,
        rested_after_consent_given_again,
        NEW_TEXT,
        reads=("refusal-days",),
    ),
    Rule(
        "FR-REFUSAL-PERM",
        Text("Refus sans nouveau consentement", "Refusal without a new consent"),
        Layer.STATUTE,
        (
            Citation("C. conso. L.221-16", "loi 2025-594 art. 13", "S2"),
            Citation("C. conso. R.223-3", "décret 2026-662", "S2"),
            Citation("RGPD art. 21(3)"),
        ),
        {
            "refused": Text(
                "refus exprimé le {refused_on}, sans consentement donné depuis",
                "refused on {refused_on}, and no consent was given since",
            ),
            **OUTSIDE_REASON,
        },
        no_refusal_without_new_consent,
        NEW_TEXT,
    ),
    Rule(
        "PO-ONE-CALL",
        Text("Un seul appel à la fois", "One call at a time"),
        Layer.POLICY,
        (Citation("C. conso. L.121-7"),),
        {
            "on-the-line": Text(
                "un appel à cette personne est en cours ou va partir",
                "a call to this person is under way or about to leave",
            )
        },
        called_once_at_a_time,
    ),
)
