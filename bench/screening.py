"""What it costs to screen a million contacts through classes of equal facts, beside judging them one by one.

    python -m bench.screening [--contacts 1000000]

Two lists: a fresh one, and one that has been worked on, in which many people were called at instants of their
own. Each member of a sample is judged alone as well: another answer than its class got ends the run.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import median
from time import process_time

from bench.measuring import machine
from rules.decide import decide
from rules.facts import Bloctel, Consent, Facts, SystemKind
from rules.places import possible_places
from rules.screening import class_of, classes

AT = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
"""A Tuesday, 11:00 in Paris, under the consent regime."""
SAMPLE = 20_000
_POSTCODES = tuple(
    f"{department:02d}{town:02d}0" for department in range(1, 96) if department != 20 for town in range(64)
)
_CONSENT_DAYS = 30
"""A list gathers consents on this many days, so their last days differ."""


def contact(random: Random, worked: bool) -> Facts:
    """One contact of a campaign with one caller id: six thousand postcodes, consents of a month."""
    tried = random.choices((0, 1, 2, 4), (70, 15, 10, 5))[0] if worked else 0
    consent = random.choices(tuple(Consent), (6, 90, 2, 2))[0]
    valid = consent is Consent.VALID
    return Facts(
        number=f"+331990{random.randrange(100_000):05d}",
        postcode=random.choice(_POSTCODES),
        system=SystemKind.AUTOMATED,
        caller_id="+33162000000",
        caller_id_authorised=True,
        consent=consent,
        consent_until=date(2027, 3, 1) + timedelta(random.randrange(_CONSENT_DAYS)) if valid else None,
        bloctel=Bloctel.NOT_APPLICABLE,
        attempts=tuple(AT - timedelta(seconds=random.randrange(40 * 86_400)) for _ in range(tried)),
    )


def screen(contacts: Sequence[Facts]) -> tuple[int, float, float]:
    """Number of classes, and CPU seconds for grouping and for judging them."""
    begun = process_time()
    groups = classes(contacts)
    grouped = process_time()
    verdicts: Counter[int] = Counter()
    for facts, count in groups.items():
        verdicts[decide(facts, AT).verdict] += count
    judged = process_time()
    if verdicts.total() != len(contacts):
        raise SystemExit("contacts were lost between the classes")
    return len(groups), grouped - begun, judged - grouped


def one_by_one(sample: Sequence[Facts]) -> float:
    """CPU seconds per contact when each is judged by itself; median over ten parts."""
    parts = [sample[start::10] for start in range(10)]
    taken = []
    for part in parts:
        begun = process_time()
        for facts in part:
            decide(facts, AT)
        taken.append((process_time() - begun) / len(part))
    return median(taken)


def require_agreement(sample: Sequence[Facts]) -> None:
    """Each contact and its class must get the same verdict from the same rules."""
    for facts in sample:
        alone, together = decide(facts, AT), decide(class_of(facts), AT)
        if (alone.verdict, alone.rule_ids) != (together.verdict, together.rule_ids):
            raise SystemExit(f"{facts} is judged {alone.rule_ids}, its class {together.rule_ids}")


def plain_key_seconds(contacts: Sequence[Facts]) -> tuple[int, float]:
    """Classes and CPU seconds if the key were read off plain columns: place, statuses and attempts of each row.

    A measure of what is possible, not another screening: nothing is judged by it.
    """
    columns = [
        tuple(getattr(facts, name) for facts in contacts)
        for name in ("postcode", "consent", "consent_until", "bloctel", "attempts")
    ]
    begun = process_time()
    place_of = {postcode: possible_places(postcode, "+33") for postcode in set(columns[0])}
    numbers = {places: index for index, places in enumerate(set(place_of.values()))}
    code_of = {postcode: numbers[places] for postcode, places in place_of.items()}
    found = Counter(zip((code_of[postcode] for postcode in columns[0]), *columns[1:], strict=True))
    return len(found), process_time() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--contacts", type=int, default=1_000_000)
    count = parser.parse_args().contacts
    print(f"{machine()}; {count:,} contacts, CPU seconds of one core")
    for name, worked in (("fresh list", False), ("worked list", True)):
        random = Random(1)
        begun = process_time()
        contacts = [contact(random, worked) for _ in range(count)]
        built = process_time() - begun
        found, grouping, judging = screen(contacts)
        sample = random.sample(contacts, min(SAMPLE, count))
        require_agreement(sample)
        alone = one_by_one(sample) * count
        keys, keying = plain_key_seconds(contacts)
        print(f"{name}: {found:,} classes; grouping {grouping:.1f} s, judging {judging:.1f} s")
        print(f"  one by one {alone:.1f} s: {alone / (grouping + judging):.1f} times as long; {len(sample):,} agree")
        print(f"  drawing and building the facts themselves {built:.1f} s")
        print(f"  a key from plain columns: {keys:,} classes in {keying:.2f} s")


if __name__ == "__main__":
    main()
