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
        "Ni oui ni non : on ne sait pas si la personne refuse les appels, elle n'est pas importée ; si elle est déjà "
        "chargée, c'est tenu pour une opposition, sans date.",
        "Neither yes nor no: it is not known whether the person refuses calls, so they are not imported; if they are "
        "loaded already, it is held to be an objection, without a date.",
        'Écrivez oui, non ou une date ; si la colonne dit autre chose, --map "En-tête=attribute".',
        'Write yes, no or a date; if the column says something else, --map "Header=attribute".',
    ),
    "objection-unclear-elsewhere": Wording(
        "Même personne ou même numéro qu'une ligne dont on ne sait pas si elle refuse les appels : non importée.",
        "The same person or number as another row, of which it is not known whether it refuses calls: not imported.",
        "Corrigez cette autre ligne.",
        "Correct that other row.",
    ),
    "refusal-only-kept": Wording(
        "Cette cellule parle d'un refus d'appel, mais la colonne est seulement conservée : elle n'interdit rien.",
        "This cell speaks of refusing calls, but the column is only kept: it forbids nothing.",
        'Si la personne refuse les appels : --map "En-tête=status" à un nouvel import, ou dialer objection add.',
        'If the person refuses calls: --map "Header=status" in a new import, or dialer objection add.',
    ),
    "status-refuses": Wording(
        "Ces mots refusent les appels : tenus pour une opposition, sans date.",
        "These words refuse calls: held to be an objection, without a date.",
        'Rien à faire ; si la colonne dit autre chose, --map "En-tête=attribute".',
        'Nothing to do; if the column says something else, --map "Header=attribute".',
    ),
    "refusal-beside-number": Wording(
        "Un refus est écrit à côté du numéro : tenu pour une opposition, sans date ; la ligne ne permet aucun appel.",
        "A refusal is written beside the number: held to be an objection, without a date; the row permits no call.",
        "Rien à faire : laissez ces mots dans le fichier, sauf erreur certaine.",
        "Nothing to do: leave these words in the file, unless they are a certain mistake.",
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
    "prohibition-kept": Wording(
        "La ligne est rejetée, mais ce qu'elle interdit, ou interdit peut-être, vaut pour ceux qu'elle nomme.",
        "The row is rejected, but what it forbids, or may forbid, holds for whoever it names.",
        "Corrigez la ligne ; si la personne accepte les appels : dialer list undo, puis importez la liste corrigée.",
        "Correct the row; if the person does accept calls: dialer list undo, then import the corrected list.",
    ),
    "prohibition-without-effect": Wording(
        "Cette ligne interdit des appels, ou peut-être, mais ne nomme personne que l'on connaisse : elle n'a aucun "
        "effet.",
        "This row forbids calls, or may, but names nobody who is known: it has no effect.",
        "Donnez un numéro lisible, ou la référence client avec --source, et importez-la par dialer objection import.",
        "Give a number that can be read, or the customer id with --source, and load it with dialer objection import.",
    ),
    "row-may-forbid": Wording(
        "Cette ligne est illisible, et le fichier dit dans une colonne qui refuse les appels : on ne sait pas ce "
        "qu'elle interdit.",
        "This row cannot be read, and the file says in a column who refuses calls: it is not known what it forbids.",
        "Corrigez la ligne et importez-la ; si la personne refuse les appels : dialer objection add.",
        "Correct the row and import it; if the person refuses calls: dialer objection add.",
    ),
    "consent-denied": Wording(
        "Cette colonne dit non {detail} fois : un consentement que ces personnes ont donné avant ne compte plus.",
        "This column says no {detail} times: a consent that these people gave before counts no more.",
        'Rien à faire ; si la colonne dit autre chose, --map "En-tête=attribute".',
        'Nothing to do; if the column says something else, --map "Header=attribute".',
    ),
    "consent-taken-back": Wording(
        "Le consentement est retiré ou refusé : tenu pour une opposition, du jour indiqué s'il y en a un.",
        "The consent is withdrawn or refused: held to be an objection, of the day stated if there is one.",
        "Rien à faire ; si la personne consent, écrivez la date du consentement.",
        "Nothing to do; if the person does consent, write the date of the consent.",
    ),
    "consent-unclear": Wording(
        "Ni une date, ni oui, ni non : tenu pour un non à ce jour ; un consentement donné avant ne compte plus.",
        "Neither a day nor yes nor no: held to be a no as of today; a consent given before counts no more.",
        "Écrivez la date du consentement ou videz la cellule, reprenez l'import (dialer list undo) et refaites-le.",
        "Write the date of the consent or empty the cell, take the import back (dialer list undo) and do it again.",
    ),
    "consent-still-narrows": Wording(
        "Ce consentement n'est donné à personne, mais il accepte moins : il limite quiconque a ce numéro ou cette "
        "référence.",
        "This consent is given to nobody, but it accepts less: it limits whoever has this number or reference.",
        "Vérifiez de qui il est ; au besoin, reprenez l'import (dialer list undo) et importez le fichier corrigé.",
        "Check whose it is; if need be take the import back (dialer list undo) and import the corrected file.",
    ),
}
