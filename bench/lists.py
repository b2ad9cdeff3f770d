"""What it costs to import a contact file, ours beside the plain way, with an opposition list already loaded.

    python -m bench.lists [--sizes 10000,100000,1000000] [--plain 10000,20000] [--opposition 5000000] [--quoted]
    python -m bench.lists --quick

Each measurement has a process and a copy of the database of its own, so that its peak memory is its own. Both sides
read the file, normalise numbers, join duplicates, match the opposition list and store into SQLite with its indexes,
synced to disk. The plain way is too slow for large files: its rate is that of the sizes it is run at.
"""

from __future__ import annotations

import argparse
import re
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, time
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import NamedTuple, ParamSpec, TypeVar

from sqlmodel import select

import config
from bench.list_files import TODAY, write_contacts, write_opposition
from bench.measuring import machine
from bench.plain_lists import Found, import_plainly
from dialer.contacts import import_list
from dialer.evidence import import_evidence
from dialer.schema import Opposition
from dialer.settings import load_settings
from dialer.store import Store
from lists import read_contacts
from lists.evidence_files import read_evidence
from lists.evidence_vocabularies import EvidenceKind

SAMPLE = Path(config.__file__).with_name("sample") / "dialer.toml"
NOW = datetime.combine(TODAY, time(9), UTC)
P = ParamSpec("P")
T = TypeVar("T")


class Run(NamedTuple):
    """One import: what came of it, seconds on the wall and of all threads, and the peak of its process."""

    rows: int
    found: Found
    seconds: float
    cpu_seconds: float
    peak_megabytes: int

    @property
    def rate(self) -> float:
        """Rows per second."""
        return self.rows / self.seconds


def ours(rows: int, file: Path, database: Path) -> Run:
    def work(store: Store) -> Found:
        read = read_contacts(file, today=TODAY)
        with store.transaction() as session:
            imported = import_list(session, read, file.stem, NOW)
        return Found(read.report.accepted, imported.stored["opposed"])

    return _measured(rows, database, work)


def plain(rows: int, file: Path, database: Path) -> Run:
    store = Store(f"sqlite:///{database}")
    with store.transaction() as session:
        opposition = set(session.exec(select(Opposition.number)))
    store.close()

    def work(store: Store) -> Found:
        with store.transaction() as session:
            return import_plainly(session, file, opposition, NOW)

    return _measured(rows, database, work)


def load_opposition(rows: int, file: Path, database: Path) -> Run:
    Store(f"sqlite:///{database}").migrate()

    def work(store: Store) -> Found:
        read = read_evidence(file, EvidenceKind.OPPOSITION, today=TODAY)
        settings = load_settings(SAMPLE)
        with store.transaction() as session:
            import_evidence(session, settings, read, file.stem, NOW, source="group", as_of=TODAY)
        return Found(0, read.report.accepted)

    return _measured(rows, database, work)


def _measured(rows: int, database: Path, work: Callable[[Store], Found]) -> Run:
    store = Store(f"sqlite:///{database}")
    begun, begun_cpu = perf_counter(), process_time()
    found = work(store)
    run = Run(rows, found, perf_counter() - begun, process_time() - begun_cpu, _peak_megabytes())
    store.close()
    return run


def _peak_megabytes() -> int:
    """Of this process alone: `ru_maxrss` would begin at what its parent held when it started it."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(re.findall(r"^VmHWM:\s*(\d+) kB", status, re.M)[0]) // 1024


def apart(work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """What the work gives when a fresh process does it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments, **options).result()


def compare(folder: Path, sizes: Sequence[int], plain_sizes: Sequence[int], opposed: int, quoted: bool) -> None:
    """Prints a line for each import; ends the run where the two sides found other persons in the same file."""
    numbers, loaded = folder / "opposition.csv", folder / "loaded.db"
    write_opposition(numbers, opposed, contacts=max(sizes))
    print(f"{'':12}{'rows':>11}{'persons':>11}{'opposed':>11}{'seconds':>9}{'CPU s':>9}{'rows/s':>10}{'peak MB':>9}")
    _show("opposition", apart(load_opposition, opposed, numbers, loaded))
    ways: dict[str, tuple[Callable[[int, Path, Path], Run], Sequence[int]]] = {
        "plain": (plain, plain_sizes),
        "ours": (ours, sizes),
    }
    runs: dict[str, dict[int, Run]] = {name: {} for name in ways}
    for rows in sorted({*sizes, *plain_sizes}):
        file = folder / f"contacts-{rows}.csv"
        write_contacts(file, rows, quoted=quoted)
        for name, (way, wanted) in ways.items():
            if rows in wanted:
                database = shutil.copy(loaded, folder / "stored.db")
                runs[name][rows] = apart(way, rows, file, Path(database))
                _show(name, runs[name][rows])
        found = {name: run[rows].found for name, run in runs.items() if rows in run}
        if len(set(found.values())) > 1:
            raise SystemExit(f"the two sides disagree about {file.name}: {found}")
    best = max(runs["plain"].values(), key=lambda run: run.rate)
    for rows, run in runs["ours"].items():
        wall, cpu = run.rate / best.rate, run.rows / run.cpu_seconds * best.cpu_seconds / best.rows
        print(f"{rows:,} rows: {wall:.1f} times as fast as the plain way at {best.rows:,} rows ({cpu:.1f} by CPU time)")


def _show(name: str, run: Run) -> None:
    counts = f"{run.rows:>11,}{run.found.persons:>11,}{run.found.opposed:>11,}"
    print(f"{name:12}{counts}{run.seconds:>9.2f}{run.cpu_seconds:>9.2f}{run.rate:>10,.0f}{run.peak_megabytes:>9,}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=_sizes, default=(10_000, 100_000, 1_000_000))
    parser.add_argument("--plain", type=_sizes, default=(10_000, 20_000), help="sizes at which the plain way is run")
    parser.add_argument("--opposition", type=int, default=5_000_000, help="numbers on the opposition list")
    parser.add_argument("--quoted", action="store_true", help="every cell of the contact files in quotes")
    parser.add_argument("--quick", action="store_true", help="small sizes: whether it runs, not how fast")
    asked = parser.parse_args()
    if asked.quick:
        asked.sizes, asked.plain, asked.opposition = (500, 2_000), (500,), 5_000
    print(machine())
    with TemporaryDirectory() as folder:
        compare(Path(folder), asked.sizes, asked.plain, asked.opposition, asked.quoted)


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.split(","))


if __name__ == "__main__":
    main()
