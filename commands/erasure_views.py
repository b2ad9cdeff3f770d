"""What an erasure will do, told before it is done: what goes, what stays and by which article."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.markup import escape

from adapters.report.phone import phone
from commands.desk import Desk
from commands.tables import plain_table
from dialer.deliveries import Delivery
from dialer.erasure import Preview

_ROWS = {
    "phone": ("numéros", "numbers"),
    "customer_reference": ("identifiants client", "customer ids"),
    "list_member": ("inscriptions sur des listes", "places on lists"),
    "candidate": ("places dans des campagnes", "places in campaigns"),
    "contract": ("contrats", "contracts"),
    "agreed_slot": ("créneaux convenus", "agreed slots"),
    "wish": ("volontés (gardées par numéro)", "wishes (kept by number)"),
}


def preview_view(d: Desk, found: Preview) -> Iterator[RenderableType]:
    numbers = ", ".join(map(phone, found.numbers))
    lists = d.text("listes", "lists") + ": " + (", ".join(found.lists) or "—")
    yield f"[bold]{escape(found.name) or '—'}[/] · {escape(numbers)} · {escape(lists)} · {found.pseudonym}"
    if found.namesakes:
        yield d.text(
            f"[yellow]{found.namesakes} autres personnes portent ce nom : elles ne sont pas touchées.[/]",
            f"[yellow]{found.namesakes} other people have this name: they are not touched.[/]",
        )
    table = plain_table("", d.text("s'efface", "goes"), d.text("article", "article"))
    for what, count, article in _goes(d, found):
        table.add_row(str(count), what, article)
    yield table
    table = plain_table("", d.text("reste", "stays"), d.text("pourquoi", "why"))
    for what, count, why in _stays(d, found):
        table.add_row(str(count) if count else "", what, why)
    yield table
    yield from _elsewhere(d, found)


def preview_document(found: Preview) -> dict[str, object]:
    return {
        "person": found.pseudonym,
        "name": found.name,
        "numbers": list(found.numbers),
        "lists": list(found.lists),
        "namesakes": found.namesakes,
        "goes": found.goes,
        "decisions": found.decisions,
        "decisions_in_clear": found.in_clear,
        "attempts": found.attempts,
        "proofs_kept": found.proofs,
        "recordings": [path.name for path in found.recordings],
        "recordings_kept": [path.name for path in found.recordings_kept],
        "files_by_hand": [str(path) for path in found.files.naming],
        "files_not_searched": [str(path) for path in found.files.unsearched],
        "delivered": [each.to_dict() for each in found.delivered],
        "backups": [at.isoformat() for at in found.backups],
    }


def _elsewhere(d: Desk, found: Preview) -> Iterator[RenderableType]:
    """Where the person may still stand, which no erasure reaches."""
    if found.files.naming:
        yield d.text("À supprimer à la main (ces fichiers nomment un de ses numéros) :",
                     "To be deleted by hand (these files name a number of theirs):")  # fmt: skip
        yield "\n".join(escape(str(path)) for path in found.files.naming)
    if found.files.unsearched:
        yield d.text("Non fouillés (ils peuvent nommer cette personne, à regarder) :",
                     "Not searched (they may name this person, look at them):")  # fmt: skip
        yield "\n".join(escape(str(path)) for path in found.files.unsearched)
    if found.delivered:
        yield d.text("Dossiers remis où cette personne figure, à signaler à qui les a reçus (RGPD art. 19) :",
                     "Files handed over with this person in them; tell whoever got them (GDPR art. 19):")  # fmt: skip
        yield "\n".join(_delivery(d, each) for each in found.delivered)
    if found.backups:
        newest = f"{max(found.backups):%Y-%m-%d}"
        yield d.text(
            f"Sauvegardes faites : {len(found.backups)}, la dernière le {newest}. La restauration efface de nouveau la "
            "personne de la base, pas des fichiers qu'elle remet.",
            f"Backups made: {len(found.backups)}, the last on {newest}. Restoring erases the person from the database "
            "again, not from the files that it brings back.",
        )


def _delivery(d: Desk, each: Delivery) -> str:
    to_them = d.text("remis à la personne elle-même", "given to the person themselves")
    told = f"MANIFEST.sha256 {each.manifest}" if each.manifest else to_them
    return d.text(f"{each.at:%Y-%m-%d}, ligne {each.seq}, {told}", f"{each.at:%Y-%m-%d}, row {each.seq}, {told}")


def _goes(d: Desk, found: Preview) -> Iterator[tuple[str, int, str]]:
    article = d.text("RGPD art. 17", "GDPR art. 17")
    yield d.text("nom, adresse, autres colonnes", "name, address, other columns"), 1, article
    for table, count in found.goes.items():
        yield d.text(*_ROWS[table]), count, article
    facts = found.decisions - found.in_clear
    yield d.text("faits de décisions (clé détruite)", "facts of decisions (key destroyed)"), facts, article
    yield d.text("enregistrements", "recordings"), len(found.recordings), article


def _stays(d: Desk, found: Preview) -> Iterator[tuple[str, int, str]]:
    yield (
        d.text("opposition à tout appel, par numéro seul", "objection to every call, by number alone"),
        len(found.numbers),
        d.text("RGPD art. 21(3), 17(3)(b)", "GDPR art. 21(3), 17(3)(b)"),
    )
    yield (
        d.text("preuves de consentement et de demande, 3 ans", "proofs of consent and of requests, 3 years"),
        found.proofs,
        d.text("C. conso. R.223-2, R.223-4 ; RGPD art. 17(3)(b)", "C. conso. R.223-2, R.223-4; GDPR art. 17(3)(b)"),
    )
    if found.recordings_kept:
        yield (
            d.text("enregistrements d'appels d'assurance suivis d'un contrat, 2 ans",
                   "recordings of insurance calls that a contract followed, 2 years"),
            len(found.recordings_kept),
            d.text("C. assur. L.112-2-2 ; RGPD art. 17(3)(b)", "C. assur. L.112-2-2; GDPR art. 17(3)(b)"),
        )  # fmt: skip
    yield (
        d.text("décisions et appels sous pseudonyme", "decisions and calls under a pseudonym"),
        found.decisions + found.attempts,
        d.text("RGPD art. 17(3)(e), art. 5(2)", "GDPR art. 17(3)(e), art. 5(2)"),
    )
    if found.in_clear:
        yield (
            d.text(
                "décisions scellées en clair avant la version 0009", "decisions sealed in clear before version 0009"
            ),
            found.in_clear,
            d.text("RGPD art. 17(3)(e) ; la base refuse de les changer", "GDPR art. 17(3)(e); the database refuses"),
        )
    yield (
        d.text("sauvegardes chiffrées d'avant", "encrypted backups from before"),
        0,
        d.text("la restauration efface de nouveau", "restoring erases again"),
    )
