"""Each call that left, judged again under the law of its day: from the facts stored with its decision, and by what
really happened.

The rules are those of `rules/`; here only the facts are amended by the ledger, and the permission is looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from dialer.corrections import standing_wishes
from dialer.left_calls import LeftCall, OnRecord
from dialer.schema import Wish, WishKind
from rules.decide import decide
from rules.facts import Consent, Facts
from rules.rule import STRICT, Finding, Layer, Text


class Fault(StrEnum):
    """What a call can turn out to have been."""

    RULE = "rule"
    """Against a rule of the law of its day, or against a stricter choice of ours."""
    NO_PERMISSION = "no-permission"
    """Without a decision that allows it: nothing proves that it was lawful."""
    NOT_ON_RECORD = "not-on-record"
    """The chain does not tell of its approval or of its departure at this instant."""
    OUTSIDE_PERMIT = "outside-permit"
    ANOTHER_CALL = "another-call"
    """To another number, or showing another one, than was decided."""
    USED_TWICE = "used-twice"
    """A decision allows one call."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found against one call. `rule_id` is empty where no rule of the book is broken by itself."""

    attempt_id: str
    at: datetime
    law_day: date
    fault: Fault
    rule_id: str
    layer: Layer | None
    article: str
    words: Text


class Reading(StrEnum):
    """What can still be read of the decision behind a call."""

    CLEAR = "clear"
    ERASED = "erased"
    """Its facts are gone with the person's key."""
    MISSING = "missing"
    """There is none, or it holds no facts."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What is stored of the decision behind a call."""

    verdict: str
    used_twice: bool
    intact: bool
    """Whether the stored text is the one whose hash was taken."""
    reading: Reading
    facts: Facts | None


def look_again(
    call: LeftCall,
    theirs: Sequence[LeftCall],
    permission: Permission | None,
    record: OnRecord,
    wishes: Sequence[Wish],
) -> Iterator[Found]:
    """Everything that stands against a call. `theirs` are all calls to this person that left around that time,
    `wishes` what they said while calls were on their way."""
    day = call.left_at.date()
    allowed = permission and permission.verdict == "allow" and permission.intact
    if permission is None or not allowed or permission.reading is Reading.MISSING:
        yield _told(call, day, Fault.NO_PERMISSION)
    elif permission.used_twice:
        yield _told(call, day, Fault.USED_TWICE)
    if record.approved_at is None or record.left_at != call.left_at:
        yield _told(call, day, Fault.NOT_ON_RECORD)
    if record.not_before and record.not_after and not record.not_before <= call.left_at < record.not_after:
        yield _told(call, day, Fault.OUTSIDE_PERMIT)
    if permission is None or permission.facts is None:
        return
    facts = permission.facts
    if (facts.number, facts.caller_id) != (call.number, call.caller_id):
        yield _told(call, day, Fault.ANOTHER_CALL)
    yield from _rules(call, facts, _as_it_happened(call, facts, theirs, wishes))


def _rules(call: LeftCall, *versions: Facts) -> Iterator[Found]:
    """Each rule once, though it may be broken by the stored facts and by what happened."""
    found: dict[str, tuple[Finding, date]] = {}
    for facts in versions:
        decision = decide(replace(facts, line=None), call.left_at, profile=STRICT)
        for finding in decision.blocking:
            if not finding.discharged_by:
                found.setdefault(finding.rule.id, (finding, decision.law_day))
    for rule_id, (finding, law_day) in sorted(found.items()):
        title, words = finding.rule.title, (finding.reason("fr"), finding.reason("en"))
        said = Text(f"{title.fr} : {words[0]}", f"{title.en}: {words[1]}")
        article = " ; ".join(map(str, finding.rule.citations))
        yield Found(call.attempt_id, call.left_at, law_day, Fault.RULE, rule_id, finding.layer, article, said)


def _as_it_happened(call: LeftCall, facts: Facts, theirs: Sequence[LeftCall], wishes: Sequence[Wish]) -> Facts:
    """The facts with the attempts of the ledger, the calls under way, and what was said since the approval."""
    own = [each for each in theirs if each.advertiser_id == call.advertiser_id and each is not call]
    known = {instant for each in own for instant in (each.approved_at, each.left_at)}
    before = [each.left_at for each in own if _precedes(each, call)]
    under_way = [each.over_at for each in theirs if _precedes(each, call) and each.over_at > call.left_at]
    said = _said_meanwhile(call, wishes)
    return replace(
        facts,
        number=call.number,
        caller_id=call.caller_id,
        caller_id_authorised=facts.caller_id_authorised and facts.caller_id == call.caller_id,
        attempts=tuple(sorted([*(at for at in facts.attempts if at not in known), *before])),
        called_until=max(under_way, default=None),
        consent=Consent.WITHDRAWN if WishKind.OBJECTION in said else facts.consent,
        last_refusal=said.get(WishKind.REFUSAL, facts.last_refusal),
    )


def _precedes(other: LeftCall, call: LeftCall) -> bool:
    """Of two that left at one instant, the one with the smaller id is held to be the first."""
    return (other.left_at, other.attempt_id) < (call.left_at, call.attempt_id)


def _said_meanwhile(call: LeftCall, wishes: Sequence[Wish]) -> Mapping[WishKind, datetime]:
    """Refusals and objections toward this advertiser that were noted between the approval and the departure."""
    return {
        wish.kind: wish.noted_at
        for wish in standing_wishes(wishes)
        if wish.advertiser_id in (None, call.advertiser_id) and call.approved_at <= wish.noted_at < call.left_at
    }


_WORDS = {
    Fault.NO_PERMISSION: Text(
        "aucune décision intacte ne l'autorise : rien ne prouve qu'il était permis",
        "no intact decision allows it: nothing proves that it was lawful",
    ),
    Fault.NOT_ON_RECORD: Text(
        "le journal ne dit pas qu'il a été approuvé puis lancé à cet instant",
        "the chain does not say that it was approved, and left at this instant",
    ),
    Fault.OUTSIDE_PERMIT: Text("parti hors de la validité de son permis", "it left outside the validity of its permit"),
    Fault.ANOTHER_CALL: Text(
        "autre numéro appelé ou affiché que celui de la décision",
        "another number was called or shown than the decision's",
    ),
    Fault.USED_TWICE: Text("décision utilisée pour plusieurs appels", "its decision was used for several calls"),
}
_PROOF = "C. conso. L.223-1 (charge de la preuve)"
_RULE_OF = {Fault.NO_PERMISSION: "FR-CONSENT"}
"""Who cannot show a permission cannot show the consent either."""


def _told(call: LeftCall, day: date, fault: Fault) -> Found:
    rule_id = _RULE_OF.get(fault, "")
    return Found(call.attempt_id, call.left_at, day, fault, rule_id, None, _PROOF if rule_id else "", _WORDS[fault])
