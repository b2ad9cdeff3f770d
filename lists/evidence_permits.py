"""Files of what permits a call, read on the strict side: what cannot be read or proven does not count.

Kept apart from `evidence` and `consent`, which read the same things from columns of a contact list.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from lists import consent
from lists import contracts as written_contracts
from lists.cells import Cells, Column, Reading
from lists.consent_terms import read_robots
from lists.dates import is_negative, read_date, without_time
from lists.evidence import Said
from lists.fields import Field
from lists.problems import Severity
from lists.slot_times import read_slot

_SECTORS: Mapping[str, tuple[str, ...]] = {
    "generic": ("général", "générique", "autre"),
    "telecom": ("télécom", "télécoms", "telecoms", "télécommunications", "internet", "fibre", "mobile"),
    "energy-supply": ("énergie", "électricité", "gaz", "fourniture d'énergie", "energy"),
    "insurance": ("assurance", "assurances", "mutuelle", "prévoyance"),
    "press": ("presse", "journaux", "magazines"),
    "energy-renovation": ("rénovation énergétique", "rénovation", "photovoltaïque", "pompe à chaleur", "isolation"),
    "home-adaptation": ("adaptation du logement", "adaptation des logements"),
    "cpf-training": ("cpf", "formation", "compte personnel de formation"),
    "survey": ("sondage", "enquête", "étude"),
}
_SECTOR_OF = {word: sector for sector, words in _SECTORS.items() for word in (sector, *words)}


def consents(cells: Cells, today: date) -> Said:
    """The columns of a consent, as the database names them. A row that only withdraws one is kept for that."""
    said, problems = consent.consents(cells, today)
    withdrawal, any_hour, sector = (
        cells.single(field) for field in (Field.WITHDRAWN_ON, Field.CONSENT_ANY_HOUR, Field.SECTOR)
    )
    withdrawn_on, undated = withdrawal.read(
        lambda text: _day_past(text, today, "withdrawal-date-unreadable"), pl.Date, by=without_time
    )
    agreed, unclear = any_hour.read(_read_any_hour, pl.Boolean)
    sectors, unknown = sector.read(_read_sectors, pl.String)
    answered, answered_on, told = consent.withdrawals(cells.single(Field.CONSENT_ON), today)
    withdrawn = withdrawal.stated() | answered
    texts = ("notice", "proof", "systems", "channels", "hours")
    said["consent_channels"] = said["consent_channels"].set(sector.stated() & sectors.is_null(), consent.NO_CHANNEL)
    return {
        "collected_on": said["consent_on"],
        **{name: said[f"consent_{name}"].fill_null("") for name in texts},
        "until": said["consent_until"],
        "sectors": sectors.fill_null(""),
        "any_hour": agreed,
        "withdrawn": withdrawn,
        "withdrawn_on": withdrawn_on.zip_with(withdrawal.stated(), answered_on),
    }, pl.concat(
        [
            *(problems, undated, unclear, unknown, told),
            refuse(cells.single(Field.CONSENT_ON), "nothing-said", ~said["consent_stated"] & ~withdrawn),
        ]
    )


def contracts(cells: Cells, today: date) -> Said:
    """A contract; one without proof, or whose start cannot be read, is left out, unless the row tells of its end."""
    said, problems = written_contracts.contracts(cells, today)
    column, left_out = cells.single(Field.CONTRACT_OBJECT), ~said["contract_stated"]
    proof, endless = cells.single(Field.CONSENT_PROOF), said["contract_until"].is_null()
    running = ~left_out & ~(said["contract_until"] < today).fill_null(value=False)
    lines = column.lines.filter(left_out)
    why = problems.with_columns(
        severity=pl.when(pl.col("line").is_in(lines.implode()))
        .then(pl.lit(Severity.REJECTED.value))
        .otherwise("severity")
    )
    unexplained = left_out & ~column.lines.is_in(why["line"].implode())
    unproven = ~proof.stated()
    return {
        "object": said["contract_object"].fill_null(""),
        "since": said["contract_since"],
        "until": said["contract_until"],
        "proof": proof.texts.set(unproven, ""),
    }, pl.concat(
        [
            why,
            refuse(column, "object-missing", unexplained),
            refuse(proof, "proof-missing", unproven & endless),
            proof.warn("proof-missing", unproven & running & ~endless),
        ]
    )


def callbacks(cells: Cells, today: date) -> Said:
    """A proven request for information (R.223-4): object, day and proof, or it is left out."""
    about, proof, when = (cells.single(each) for each in (Field.OBJECT, Field.CONSENT_PROOF, Field.REQUESTED_ON))
    days, _ = when.read(lambda text: _day_past(text, today, ""), pl.Date, by=without_time)
    return {"object": about.texts, "requested_on": days, "proof": proof.texts}, pl.concat(
        [
            refuse(about, "object-missing", ~about.stated()),
            refuse(when, "request-date-unreadable", days.is_null()),
            refuse(proof, "proof-missing", ~proof.stated()),
        ]
    )


def slots(cells: Cells, today: date) -> Said:
    """A date and a time agreed, with proof; `at` is on the person's own clock unless `offset` says whose."""
    when, proof = cells.single(Field.SLOT_AT), cells.single(Field.CONSENT_PROOF)
    at, _ = when.read(lambda text: Reading(read_slot(text).at), pl.Datetime("us"))
    offsets, _ = when.read(lambda text: Reading(read_slot(text).offset), pl.Duration("us"))
    return {
        "at": at,
        "offset": offsets,
        "postcode": cells.single(Field.POSTCODE).texts,
        "proof": proof.texts,
    }, pl.concat([refuse(when, "slot-unreadable", at.is_null()), refuse(proof, "proof-missing", ~proof.stated())])


def _day_past(text: str, today: date, code: str) -> Reading[date | None]:
    day = read_date(text)
    if day is not None and day <= today:
        return Reading(day)
    return Reading(None, "" if is_negative(text) else code)


def _read_any_hour(text: str) -> Reading[bool]:
    said = read_robots(text).value
    return Reading(bool(said), "any-hour-unclear" if text and said is None else "")


def _read_sectors(text: str) -> Reading[str | None]:
    """Sectors in the words of the rules, joined; None where it is empty or holds a word that we do not know."""
    words = [word.strip().casefold() for word in text.replace(",", ";").split(";") if word.strip()]
    if is_negative(text):
        return Reading(None)
    if unknown := [word for word in words if word not in _SECTOR_OF]:
        return Reading(None, "sector-unknown", ", ".join(unknown))
    return Reading(";".join(dict.fromkeys(_SECTOR_OF[word] for word in words)))


def refuse(column: Column, code: str, where: pl.Series) -> pl.DataFrame:
    """A problem for each row of the mask, for which it is left out."""
    return column.warn(code, where.fill_null(value=False)).with_columns(severity=pl.lit(Severity.REJECTED.value))
