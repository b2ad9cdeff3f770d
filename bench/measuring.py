"""Fair timing on a machine that does other things too: the rivals take turns, and only own CPU time counts."""

from __future__ import annotations

import gc
import platform
from collections.abc import Callable, Mapping
from pathlib import Path
from time import process_time


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds, of all threads of this process, that one run of the work takes."""
    gc.collect()
    before = process_time()
    work()
    return process_time() - before


def alternating(rivals: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """CPU seconds per round of each rival, each in turn, after one round to warm up."""
    taken: dict[str, list[float]] = {name: [] for name in rivals}
    for number in range(rounds + 1):
        for name, work in rivals.items():
            seconds = cpu_seconds(work)
            if number:
                taken[name].append(seconds)
    return taken


def machine() -> str:
    """Processor and Python, for the head of a table."""
    described = Path("/proc/cpuinfo").read_text("utf-8") if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(":")[2].strip() for line in described.splitlines() if line.startswith("model name")]
    processor = f"{len(names)} × {names[0]}" if names else platform.processor()
    return f"{processor}, {platform.system()}, Python {platform.python_version()}"
