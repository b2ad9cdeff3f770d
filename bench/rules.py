"""How fast one call is judged, beside general engines on the same policy and the same cases, in one run.

    python -m bench.rules

Ours gives every finding with its citation; the engines give a bare verdict over inputs worked out beforehand.
They are not among the project's dependencies: `pip install zen-engine cedarpy`. What is missing is left out, and said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from statistics import median

from bench.drawn import Call, random_call
from bench.engines import Engine, Inputs, cedar, inputs, zen_expression, zen_findings, zen_table
from bench.measuring import alternating, machine
from rules.decide import decide

Build = Callable[[Sequence[Inputs]], Engine]

OURS = "ours, all findings"
CASES = 5_000
ROUNDS = 9


def ours(calls: Sequence[Call]) -> Engine:
    """Decisions with all findings, citations and exemptions, as the gate makes them."""
    return lambda: [decide(facts, at).verdict.word for facts, at in calls]


def with_their_inputs(calls: Sequence[Call], build: Build) -> Engine:
    """An engine that has to work out its inputs from the same facts, as it would have to in use."""
    build([])
    return lambda: build([inputs(facts, at) for facts, at in calls])()


def main() -> None:
    random = Random(1)
    calls = [random_call(random) for _ in range(CASES)]
    flat = [inputs(facts, at) for facts, at in calls]
    engines: dict[str, Engine] = {OURS: ours(calls)}
    builds: dict[str, Callable[[], Engine]] = {
        "zen-engine, first obstacle": lambda: zen_expression(flat),
        "zen-engine, all obstacles": lambda: zen_findings(flat),
        "zen-engine, all obstacles, from facts": lambda: with_their_inputs(calls, zen_findings),
        "zen-engine, decision table": lambda: zen_table(flat),
        "cedarpy, batch": lambda: cedar(flat),
    }
    for name, build in builds.items():
        try:
            engines[name] = build()
        except ImportError as error:
            print(f"{name}: left out, {error.name} is not installed (pip install zen-engine cedarpy)")
    _require_equal_verdicts(engines)
    seconds = alternating(engines, ROUNDS)
    print(f"{machine()}; {CASES} cases, {ROUNDS} alternating rounds, CPU seconds of the whole process")
    own = median(seconds[OURS])
    for name, taken in seconds.items():
        middle = median(taken)
        print(f"{name:38} {CASES / middle:>10,.0f} decisions/s   ours is {middle / own:6.2f} times as fast")


def _require_equal_verdicts(engines: dict[str, Engine]) -> None:
    """A policy that answers otherwise would be another policy: nothing is timed then."""
    answers = {name: list(engine()) for name, engine in engines.items()}
    expected = answers[OURS]
    for name, given in answers.items():
        if differing := [case for case in range(CASES) if given[case] != expected[case]]:
            raise SystemExit(f"{name}: {len(differing)} verdicts differ from ours, the first in case {differing[0]}")
    print({verdict: expected.count(verdict) for verdict in ("allow", "defer", "deny")}, "- verdicts equal")


if __name__ == "__main__":
    main()
