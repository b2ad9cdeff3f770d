"""How fresh the sources are that a call must be held against: opposition lists, withdrawals, other imports."""

from __future__ import annotations

from rules.facts import Facts
from rules.numbers import Numbers
from rules.rule import PASS, Citation, Layer, Outcome, Rule, Text, Verdict
from rules.situation import Situation


def sources_fresh(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """Data are « exactes et, si nécessaire, tenues à jour »: an objection that stands in a source not renewed in
    its term would be missed. By policy every call waits until it is renewed, whoever is called."""
    if facts.sources_until is None or situation.day <= facts.sources_until:
        return PASS
    return Outcome(Verdict.DEFER, "stale", {"until": facts.sources_until.isoformat()})


RULES = (
    Rule(
        "PO-SOURCE-STALE",
        Text("Source à renouveler", "Source out of date"),
        Layer.POLICY,
        (Citation("RGPD art. 5(1)(d)"), Citation("RGPD art. 21(3)")),
        {
            "stale": Text(
                "une source d'oppositions ou de preuves n'était à jour que jusqu'au {until} : la renouveler d'abord",
                "a source of objections or proofs was up to date until {until} only: renew it first",
            )
        },
        sources_fresh,
    ),
)
