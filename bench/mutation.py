"""Does a test notice when the law is changed? Each mutant of `rules/` against `tests/rules`, in a process of its own.

    python -m bench.mutation --results /tmp/mutation.jsonl [--jobs 2] [--minutes 40] [--full] [--again OLD.jsonl]

A driver of our own: the rules are tables read at import and functions behind caches and decorators, which
mutmut leaves out; cosmic-ray starts everything anew for each mutant. Here one process has imported pytest
and the libraries. For each mutant it forks; the fork compiles the changed tree in place of the file (nothing
is written) and runs the tests until one fails: first those that killed a neighbour, then the quickest.
Hypothesis makes 25 examples per property, its usual number with `--full`; `--again` tries only the survivors
of an earlier run.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import signal
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import TextIO

import dateutil.easter
import dateutil.relativedelta
import holidays
import hypothesis
import pytest

from bench.mutants import Mutant, mutants

PRIORITY = (
    *("decide", "eligibility", "windows", "situation", "places", "calendars", "caller_ids", "numbers", "rulebook"),
    *("line", "duty", "evidence/", "book/", "rule.", "screening", "vectors", "facts", "explain", "fingerprint"),
)
TESTS = ["tests/rules", "-m", "not slow", "-p", "no:cacheprovider", "-q", "-o", "timeout=30", "--assert=plain"]
PATIENCE_SECONDS = 150
"""Ten times what the suite needs; a mutant that takes longer counts as `timeout`."""
KILLERS_KEPT = 12
LOADED_BEFOREHAND = (dateutil.easter, dateutil.relativedelta, holidays)
"""What the rules import from elsewhere, so that a fork finds it there."""


@dataclass
class Watch:
    """A pytest plugin: puts likely killers and quick tests first, and keeps what happened."""

    seconds: dict[str, float] = field(default_factory=dict)
    first: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()
    failed: list[str] = field(default_factory=list)
    took: dict[str, float] = field(default_factory=dict)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        rank = {nodeid: place for place, nodeid in enumerate(self.first)}
        kept = (item for item in items if item.nodeid not in self.left_out)
        items[:] = sorted(kept, key=lambda item: (rank.get(item.nodeid, len(rank)), self.seconds.get(item.nodeid, 0.0)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.took[report.nodeid] = self.took.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed.append(f"collecting {report.nodeid}")


def run(watch: Watch, mutant: Mutant | None, *, full: bool) -> None:
    """In a fork: run the tests with this mutant in place, until the first failure."""
    if mutant is not None:
        _compile_in_place_of(mutant)
    hypothesis.settings.register_profile(
        "mutation",
        max_examples=100 if full else 25,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
    )
    hypothesis.settings.load_profile("mutation")
    pytest.main([*TESTS, *(["-x"] if mutant else [])], plugins=[watch])


def _compile_in_place_of(mutant: Mutant) -> None:
    usual, place = SourceFileLoader.get_code, Path(mutant.path).resolve()

    def get_code(loader: SourceFileLoader, name: str) -> CodeType | None:
        if Path(loader.path).resolve() == place:
            return compile(mutant.tree(place.read_text("utf-8")), mutant.path, "exec", dont_inherit=True)
        return usual(loader, name)

    SourceFileLoader.get_code = get_code  # type: ignore[assignment, method-assign]


@dataclass(frozen=True)
class Result:
    """What became of one mutant, the tests that failed, and the seconds of each test."""

    fate: str
    seconds: float
    failed: list[str]
    took: dict[str, float]


@dataclass
class Fork:
    """One mutant being tried; `report` is the file into which the child writes what it saw."""

    mutant: Mutant | None
    pid: int
    started: float
    report: Path

    @classmethod
    def begin(cls, watch: Watch, mutant: Mutant | None, *, full: bool) -> Fork:
        report = Path(tempfile.mkdtemp(prefix="mutant-")) / "report.json"
        pid = os.fork()
        if pid == 0:
            os.setsid()
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            try:
                run(watch, mutant, full=full)
            finally:
                report.write_text(json.dumps({"failed": watch.failed, "took": watch.took}))
                os._exit(0)
        return cls(mutant, pid, time.monotonic(), report)

    def result(self) -> Result | None:
        """What became of it; None while it runs."""
        late = time.monotonic() - self.started > PATIENCE_SECONDS
        if late:
            os.kill(self.pid, signal.SIGKILL)
        done, _ = os.waitpid(self.pid, 0 if late else os.WNOHANG)
        if not done:
            return None
        said = json.loads(self.report.read_text()) if self.report.exists() else {"failed": [], "took": {}}
        shutil.rmtree(self.report.parent)
        survived = said["took"] and not said["failed"]
        fate = "timeout" if late else "survived" if survived else "killed"
        return Result(fate, round(time.monotonic() - self.started, 1), said["failed"], said["took"])


def healthy(full: bool) -> tuple[dict[str, float], frozenset[str]]:
    """Seconds per test without any mutant, and the tests that fail so."""
    fork = Fork.begin(Watch(), None, full=full)
    while (said := fork.result()) is None:
        time.sleep(0.05)
    if not said.took:
        raise SystemExit("the tests do not run even without a mutant: try pytest tests/rules")
    return said.took, frozenset(said.failed)


def in_order(paths: Iterable[Path]) -> list[Mutant]:
    """All mutants, those of the files that matter most first."""

    def rank(path: Path) -> int:
        within = path.relative_to("rules").as_posix()
        return next((place for place, start in enumerate(PRIORITY) if within.startswith(start)), len(PRIORITY))

    return [mutant for path in sorted(paths, key=rank) for mutant in mutants(str(path), path.read_text("utf-8"))]


def main() -> None:
    options = _options()
    seconds, left_out = healthy(options.full)
    print(f"{len(seconds)} tests; left out, since they fail without any mutant: {sorted(left_out) or 'none'}")
    done, earlier = _fates(options.results), _fates(options.again) if options.again else None
    queue = deque(
        mutant
        for mutant in in_order(Path("rules").rglob("*.py"))
        if mutant.key not in done and (earlier is None or earlier.get(mutant.key) not in (None, "killed"))
    )
    gc.freeze()
    with options.results.open("a", encoding="utf-8") as results:
        _try_all(queue, options, Watch(seconds, (), left_out), results)
    print(f"{len(queue)} mutants were not reached", *Counter(_fates(options.results).values()).items())


def _try_all(queue: deque[Mutant], options: argparse.Namespace, health: Watch, results: TextIO) -> None:
    """Empty the queue, as many forks at a time as there are jobs, until the minutes are over."""
    ends = time.monotonic() + 60 * options.minutes
    running: list[Fork] = []
    killers: deque[str] = deque(maxlen=KILLERS_KEPT)
    while running or (queue and time.monotonic() < ends):
        while queue and len(running) < options.jobs and time.monotonic() < ends:
            watch = Watch(health.seconds, tuple(killers), health.left_out)
            running.append(Fork.begin(watch, queue.popleft(), full=options.full))
        time.sleep(0.02)
        for fork in list(running):
            if (said := fork.result()) is not None and fork.mutant is not None:
                running.remove(fork)
                killers.extend(nodeid for nodeid in said.failed[:1] if nodeid not in killers)
                _note(results, fork.mutant, said)


def _note(results: TextIO, mutant: Mutant, said: Result) -> None:
    row = {"key": mutant.key, "path": mutant.path, "line": mutant.line, "before": mutant.before, "after": mutant.after}
    row |= {"fate": said.fate, "seconds": said.seconds, "by": said.failed[:1]}
    results.write(json.dumps(row) + "\n")
    results.flush()


def _fates(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return {row["key"]: row["fate"] for row in rows}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--again", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--full", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
