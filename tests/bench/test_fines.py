"""The simulation of fines in short: the same list and luck, a dialer that minds its pace only, and ours."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_governor_pays_nothing_where_a_naive_dialer_pays() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "bench.fines", "--days", "2", "--contacts", "600"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = {
        name: (int(reached.replace(",", "")), int(charged.replace(",", "")), euros)
        for name, reached, charged, euros in re.findall(
            r"^(naive|ours) .* ([\d,]+) reached +([\d,]+) calls out of terms +([\d.,]+) €", done.stdout, re.M
        )
    }
    assert rows["naive"][1] > 100
    assert rows["ours"][1:] == (0, "0.00")
    assert rows["ours"][0] > rows["naive"][0] / 2, "it still reaches people"
