"""The same policy in the languages of two general engines, over inputs that are worked out for them beforehand.

What makes the law hard is given to them free of charge: the local clock, the holidays, the regime, the days
counted, the kind of caller id. They give back a verdict, without dates, reasons or citations.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from rules.calendars import local_holidays, national_holidays
from rules.caller_ids import caller_id_kind
from rules.facts import Consent, Facts
from rules.rulebook import french_rulebook
from rules.situation import Situation

Inputs = dict[str, object]
Engine = Callable[[], Sequence[str]]
"""Judges all the cases that it was built with, and gives their verdicts in words."""

REFORM = date(2026, 8, 11)
_CAP_DAYS = timedelta(days=29)


def inputs(facts: Facts, at: datetime) -> Inputs:
    """All that the policy asks about one call, as flat words and numbers (minutes of the local day, days)."""
    situation = Situation.of(facts, at)
    (place,), (local,) = situation.places, situation.local
    day, minute = local.date(), local.hour * 60 + local.minute
    consent = facts.consent_on(day)
    refused = facts.last_refusal.astimezone(local.tzinfo).date() if facts.last_refusal else None
    made = (attempt.astimezone(local.tzinfo).date() for attempt in facts.attempts)
    return {
        "reform": day >= REFORM,
        "weekday": local.isoweekday(),
        "minute": minute,
        "holiday": day in national_holidays(day.year) or day in local_holidays(place, day.year),
        "consent": str(consent),
        "bloctel": str(facts.bloctel_on(day)),
        "attempts": sum(day - _CAP_DAYS <= attempt <= day for attempt in made),
        "refused": refused is not None,
        "refusedDaysAgo": (day - refused).days if refused else 0,
        "again": facts.consent_after_refusal and consent is Consent.VALID,
        "callerId": str(caller_id_kind(facts.caller_id, french_rulebook().on(day).numbers)),
        "system": str(facts.system),
    }


# (verdict, zen expression, Cedar condition)
_RULES = (
    ("deny", "callerId == 'masked'", 'context.callerId == "masked"'),
    ("deny", "callerId == 'mobile'", 'context.callerId == "mobile"'),
    ("deny", "callerId == 'premium'", 'context.callerId == "premium"'),
    (
        "deny",
        "callerId != 'npv' and (system != 'human-agent' or callerId == 'other')",
        'context.callerId != "npv" && (context.system != "human-agent" || context.callerId == "other")',
    ),
    ("deny", "consent == 'withdrawn'", 'context.consent == "withdrawn"'),
    (
        "deny",
        "system == 'ai-agent' and consent != 'valid'",
        'context.system == "ai-agent" && context.consent != "valid"',
    ),
    ("deny", "reform and consent != 'valid'", 'context.reform && context.consent != "valid"'),
    ("deny", "reform and refused and not again", "context.reform && context.refused && !context.again"),
    ("deny", "not reform and bloctel == 'yes'", '!context.reform && context.bloctel == "yes"'),
    ("defer", "not reform and bloctel == 'not-checked-30d'", '!context.reform && context.bloctel == "not-checked-30d"'),
    ("defer", "refused and refusedDaysAgo <= 60", "context.refused && context.refusedDaysAgo <= 60"),
    ("defer", "attempts >= 4", "context.attempts >= 4"),
    ("defer", "holiday", "context.holiday"),
    ("defer", "weekday > 5", "context.weekday > 5"),
    (
        "defer",
        "minute < 600 or minute >= 1200 or (minute >= 780 and minute < 840)",
        "context.minute < 600 || context.minute >= 1200 || (context.minute >= 780 && context.minute < 840)",
    ),
)


def zen_expression(cases: Sequence[Inputs]) -> Engine:
    """zen-engine: the policy as one compiled expression that stops at the first obstacle."""
    import zen

    text = " : ".join(f"({condition}) ? '{verdict}'" for verdict, condition, _ in _RULES) + " : 'allow'"
    compiled = zen.compile_expression(text)
    return lambda: [compiled.evaluate(case) for case in cases]


def zen_findings(cases: Sequence[Inputs]) -> Engine:
    """zen-engine: all conditions in one compiled expression, so that every obstacle is known; the strictest counts."""
    import zen

    compiled = zen.compile_expression("[" + ", ".join(f"({condition})" for _, condition, _ in _RULES) + "]")
    verdicts = [verdict for verdict, _, _ in _RULES]

    def verdict(holds: list[bool]) -> str:
        found = {word for word, held in zip(verdicts, holds, strict=True) if held}
        return "deny" if "deny" in found else "defer" if found else "allow"

    return lambda: [verdict(compiled.evaluate(case)) for case in cases]


def zen_table(cases: Sequence[Inputs]) -> Engine:
    """zen-engine as its makers show it: a decision table, first hit."""
    import zen

    rows = [
        {"_id": str(number), "when": condition, "verdict": f"'{verdict}'"}
        for number, (verdict, condition, _) in enumerate((*_RULES, ("allow", "", "")))
    ]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": "when", "name": "when"}],
        "outputs": [{"id": "verdict", "name": "verdict", "field": "verdict"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
    return lambda: [decision.evaluate(case)["result"]["verdict"] for case in cases]


def cedar(cases: Sequence[Inputs]) -> Engine:
    """cedarpy: one `forbid` for each obstacle, parsed once, asked in one batch; the strictest of those named counts."""
    import cedarpy

    forbids = [f"forbid(principal, action, resource) when {{ {condition} }};" for _, _, condition in _RULES]
    policies = cedarpy.PolicySet.from_str("\n".join(["permit(principal, action, resource);", *forbids]))
    entities = cedarpy.Entities.from_json_str("[]")
    who = {"principal": 'User::"a"', "action": 'Action::"call"', "resource": 'Person::"b"'}
    requests = [who | {"context": case} for case in cases]
    denying = {f"policy{number}" for number, (verdict, _, _) in enumerate(_RULES, 1) if verdict == "deny"}

    def verdict(answer: cedarpy.AuthzResult) -> str:
        if answer.allowed:
            return "allow"
        return "defer" if denying.isdisjoint(answer.diagnostics.reasons) else "deny"

    return lambda: [verdict(answer) for answer in cedarpy.is_authorized_batch(requests, policies, entities)]
