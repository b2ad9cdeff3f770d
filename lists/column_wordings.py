"""What is wrong with columns, and with cells that a column leaves open: that part of the catalogue."""

from __future__ import annotations

from lists.wording import Wording

COLUMNS: dict[str, Wording] = {
    "dates-month-first": Wording(
        "Le fichier écrit des dates mois d'abord ({detail}) : dans cette colonne, une date qui se lit des deux façons "
        "ne permet rien, et limite au plus tard des deux jours.",
        "The file writes dates month first ({detail}): in this column a date that reads both ways permits nothing, and "
        "limits as of the later of the two days.",
        "Refaites l'export avec des dates aaaa-mm-jj, ou dans un classeur aux vraies dates.",
        "Export again with dates as yyyy-mm-dd, or as a workbook with true dates.",
    ),
    "objection-unclear": Wording(
        "Ni oui ni non : on ne sait pas si la personne refuse les appels, elle n'est pas importée.",
        "Neither yes nor no: it is not known whether the person refuses calls, so they are not imported.",
        'Écrivez oui, non ou une date ; si la colonne dit autre chose, --map "En-tête=attribute".',
        'Write yes, no or a date; if the column says something else, --map "Header=attribute".',
    ),
    "objection-unclear-elsewhere": Wording(
        "Même personne ou même numéro qu'une ligne dont on ne sait pas si elle refuse les appels : non importée.",
        "The same person or number as another row, of which it is not known whether it refuses calls: not imported.",
        "Corrigez cette autre ligne.",
        "Correct that other row.",
    ),
    "calls-not-allowed": Wording(
        "La personne n'accepte pas d'appel : tenu pour une opposition, sans date.",
        "The person does not accept calls: held to be an objection, without a date.",
        'Rien à faire ; si la colonne dit autre chose, --map "En-tête=attribute".',
        'Nothing to do; if the column says something else, --map "Header=attribute".',
    ),
    "calls-allowed-is-no-consent": Wording(
        "Un oui dans cette colonne n'est pas un consentement et ne permet rien : il y manque la date, la notice et la "
        "preuve.",
        "A yes in this column is no consent and permits nothing: it lacks the day, the notice and the proof.",
        "Importez les consentements avec leur date, leur notice et leur preuve (dialer consent import).",
        "Import the consents with their day, notice and proof (dialer consent import).",
    ),
}
