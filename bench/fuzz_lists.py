"""Feeds mutilated files to `read_contacts`: whatever comes, it must end in a report that adds up, or in a sentence.

    python -m bench.fuzz_lists --seconds 3600 [--seed 1]

Every case has a number; `--seed N --case M` repeats one and writes its file.
"""

from __future__ import annotations

import argparse
import gzip
import re
import signal
import sys
import traceback
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic
from types import FrameType

from lists import ContactList, ListError, read_contacts
from lists.headers import CONTACTS, Field
from lists.problems import worded
from tests.lists.nasty.books import xlsx, zipped
from tests.lists.nasty.recipe import as_bytes
from tests.lists.nasty.texts import TEXTS

TODAY = date(2026, 11, 24)
HANGS = 10
"""Seconds after which a case is held to hang."""
E164 = re.compile(r"\+[1-9]\d{5,14}")
TOKENS = (
    '"', '""', ";", ",", "\t", "|", "\n", "\r", "\r\n", "\ufeff", "\u2028", "\x85", "\u200b", "=", "-", "@",
    "+33", "0639980001", "639980001", "6,4E+08", "17", "01/02/2026", "2199-01-01", "31/02/2026", "oui", "non",
    "18h-20h", "voix;sms", "73282932000074", "732829320", "97400", "é", "Œ", "٠٦", "👩", "sep=;\n",
)  # fmt: skip
CODECS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp1252")
NO_CONTROL = {code: None for code in range(32) if chr(code) != "\n"}
"""XML cannot hold these."""


class Hang(BaseException):
    """Not an `Exception`: no reader may take it for trouble of its own."""


def contacts_text(random: Random) -> str:
    """A list with every field, in one of several dialects."""
    headers = [random.choice(words) for words in CONTACTS.synonyms.values() if words]
    headers += ["Tél", "Tél 2", "Remarque"]
    headers = [header for header in headers if header == "Tél" or random.random() < 0.5]
    kinds = [CONTACTS.field_of(header) for header in headers]
    rows = [headers, *([_cell(random, kind) for kind in kinds] for _ in range(random.choice([1, 5, 40])))]
    quoted, delimiter = random.random() < 0.5, random.choice(";,\t|")
    return "\n".join(delimiter.join(_quoted(cell) if quoted else cell for cell in row) for row in rows) + "\n"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def _cell(random: Random, field: Field) -> str:
    if field is Field.NUMBER:
        form = random.choice(["06 39 98 00 {:02}", "+33 1 99 00 00 {:02}", "63998{:04}", "0692 00 00 {:02}", "{}"])
        return form.format(random.randrange(40))
    if random.random() < 0.4:
        return ""
    if field in {Field.LAST_NAME, Field.FIRST_NAME, Field.CITY, Field.EXTERNAL_ID}:
        return random.choice("ABCÉ")
    return random.choice([*TOKENS, "01/02/2026", "2026-03-04", "oui", "75001"])


def scribbled(random: Random, text: str) -> str:
    """Tokens put in, pieces taken out, doubled or moved."""
    for _ in range(random.choice([0, 1, 3, 10])):
        start = random.randrange(len(text) + 1)
        end = start + random.choice([1, 5, 60, 500])
        match random.randrange(5):
            case 0 | 1:
                text = text[:start] + random.choice(TOKENS) * random.choice([1, 1, 1, 2, 50]) + text[start:]
            case 2:
                text = text[:start] + text[end:]
            case 3:
                text = text[:end] + text[start:]
            case _:
                text = text[:start] + text[start:end].replace('"', "") + text[end:]
    return text


def damaged(random: Random, content: bytes) -> bytes:
    """Bytes flipped, cut off or spliced."""
    for _ in range(random.choice([0, 0, 0, 1, 3])):
        at = random.randrange(len(content) + 1)
        match random.randrange(3):
            case 0:
                content = content[:at] + random.randbytes(1) + content[at + 1 :]
            case 1:
                content = content[: random.randrange(len(content) // 2, len(content) + 1)]
            case _:
                content = content[:at] + content[random.randrange(len(content) + 1) :]
    return content


def packed(random: Random, content: bytes) -> bytes:
    """As it is, mostly; or in an archive, which may hold something else than its name says."""
    match random.randrange(12):
        case 0:
            return gzip.compress(content)
        case 1:
            return zipped({random.choice(["liste.csv", "liste.xlsx", "../liste", "a/"]): content})
        case _:
            return content


def mutilated(seed: int, case: int) -> bytes:
    """Always the same file for the same two numbers."""
    random = Random(f"{seed}/{case}")
    text = contacts_text(random)
    match random.randrange(10):
        case 0:
            content = as_bytes(random.choice(TEXTS).content)
        case 1:
            rows = [line.split(";") for line in scribbled(random, text).translate(NO_CONTROL).split("\n")]
            content = xlsx({"Liste": [row[:26] for row in rows]})
        case _:
            content = scribbled(random, text).encode(random.choice(CODECS), "replace")
    return damaged(random, packed(random, damaged(random, content)))


def broken_promise(contacts: ContactList) -> str:
    """What is wrong with an outcome; empty when nothing is."""
    report = contacts.report
    if report.rows_read != report.accepted + report.merged + report.rejected:
        return f"{report.rows_read} rows read, not {report.accepted} + {report.merged} + {report.rejected}"
    if len(contacts.people) != report.accepted:
        return f"{len(contacts.people)} people, {report.accepted} accepted"
    told = {each.line for each in worded(contacts.problems) if each.severity == "rejected"}
    if len(told) != report.rejected:
        return f"{report.rejected} rows rejected, {len(told)} explained"
    numbers = {number for several in contacts.people["numbers"] for number in several}
    if odd := [number for number in numbers if not E164.fullmatch(number)]:
        return f"not E.164: {odd[:3]}"
    if not all(len(several) for several in contacts.people["numbers"]):
        return "a person without a number"
    return ""


def outcome_of(path: Path) -> tuple[str, str]:
    """A word for the statistics, and what was found; empty when the promises hold."""
    signal.alarm(HANGS)
    try:
        contacts = read_contacts(path, today=TODAY)
        return "read", broken_promise(contacts)
    except ListError as error:
        return error.error_id, "" if str(error) and error.message_fr else "an error without words"
    except Hang:
        return "hang", f"more than {HANGS} s"
    except BaseException as error:  # a panic of a compiled reader is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        return "crash", traceback.format_exc(limit=-4)
    finally:
        signal.alarm(0)


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise Hang


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--case", type=int, help="repeat one case and keep its file")
    given = options.parse_args()
    signal.signal(signal.SIGALRM, _ring)
    if given.case is not None:
        path = Path(f"fuzz-{given.seed}-{given.case}.csv")
        path.write_bytes(mutilated(given.seed, given.case))
        print(path, *outcome_of(path), sep="\n")
        return
    end, outcomes, failures, case = monotonic() + given.seconds, Counter[str](), 0, 0
    with TemporaryDirectory() as folder:
        path = Path(folder, "liste.csv")
        while monotonic() < end:
            path.write_bytes(mutilated(given.seed, case))
            outcome, found = outcome_of(path)
            outcomes[outcome] += 1
            if found:
                failures += 1
                print(f"--seed {given.seed} --case {case}: {outcome}: {found}", flush=True)
            case += 1
    print(f"{case} files from seed {given.seed}, {failures} promises broken")
    print(*(f"{count:>9}  {outcome}" for outcome, count in outcomes.most_common()), sep="\n")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
