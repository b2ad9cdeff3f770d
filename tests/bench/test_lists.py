"""The benchmark of lists still runs: with small files, since only its answers are looked at here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_both_sides_are_measured_and_agree_on_whom_they_found() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "bench.lists", "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    table = dict(re.findall(r"^(opposition|plain|ours) +([\d,]+) ", done.stdout, re.M))
    assert table == {"opposition": "5,000", "plain": "500", "ours": "2,000"}
    assert len(re.findall(r"times as fast as the plain way", done.stdout)) == 2
