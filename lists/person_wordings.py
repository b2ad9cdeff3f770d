"""What is said of who is whom, in the file and among those who are loaded: that part of the catalogue."""

from __future__ import annotations

from lists.wording import Wording

PERSONS: dict[str, Wording] = {
    # What only the database can tell
    "known-as-several": Wording(
        "Les numéros de cette ligne sont à plusieurs personnes déjà chargées, aucune de ce nom : ce qui permet un "
        "appel n'est passé à personne, ce qui l'interdit vaut pour toutes.",
        "The numbers of this row belong to several people already loaded, none of this name: what permits a call went "
        "to nobody, what forbids it holds for all of them.",
        "Vérifiez à qui sont ces numéros.",
        "Check whose numbers these are.",
    ),
    "known-as-another": Wording(
        "Ce numéro est à une personne déjà chargée sous un autre nom ou SIRET : consentement et contrat ne lui sont "
        "pas passés, ce qui interdit un appel lui vaut.",
        "This number belongs to somebody already loaded under another name or SIRET: consent and contract were not "
        "passed to them, what forbids a call holds.",
        "Vérifiez à qui est le numéro ; pour deux personnes distinctes, donnez à chacune le sien et --persons apart.",
        "Check whose number it is; for two people, give each their own number and --persons apart.",
    ),
    "known-once": Wording(
        "Même personne, déjà chargée, que la ligne {detail}.",
        "The same person, already loaded, as line {detail}.",
        "Rien à faire si c'est la même personne.",
        "Nothing to do if it is the same person.",
    ),
    "limits-shared": Wording(
        "Les numéros ou la référence de cette ligne sont à plusieurs personnes déjà chargées, qui sont la même : ce "
        "qui limite les appels de l'une (opposition, refus, appels passés) vaut maintenant pour toutes.",
        "The numbers or the customer id of this row belong to several people already loaded who are the same: what "
        "limits calls to one of them (objection, refusal, past calls) now holds for all.",
        "Si ce sont deux personnes distinctes, reprenez cette liste (dialer list undo) et corrigez la ligne.",
        "If they are two people, take this list back (dialer list undo) and correct the row.",
    ),
    "number-not-added": Wording(
        "Numéro non repris : rien ne montre qu'il est à la personne déjà chargée (même nom, ou même référence client "
        "de la même source).",
        "Number not taken: nothing shows that it is the person's already loaded (same name, or same customer id of "
        "the same source).",
        "Si c'est la même personne, écrivez son nom comme il a été chargé, ou importez ses deux listes avec le même "
        "--source ; si c'en est une autre, donnez à ce numéro une ligne à lui.",
        "If it is the same person, write their name as it was loaded, or import both their lists with the same "
        "--source; if it is somebody else, give this number a row of its own.",
    ),
    "number-held": Wording(
        "Ce numéro reste à une autre personne, chargée avant.",
        "This number stays with another person, loaded before.",
        "Vérifiez à qui est le numéro.",
        "Check whose number it is.",
    ),
    "opposed": Wording(
        "Ce numéro est sur la liste d'opposition « {detail} ».",
        "This number is on the opposition list “{detail}”.",
        "Rien à faire : la personne ne sera pas appelée.",
        "Nothing to do: the person will not be called.",
    ),
    # Persons
    "merged-same-id": Wording(
        "Réunie à la ligne {detail} : même référence client.",
        "Joined to line {detail}: same customer id.",
        "Rien à faire si c'est la même personne.",
        "Nothing to do if it is the same person.",
    ),
    "merged-same-number": Wording(
        "Réunie à la ligne {detail} : même numéro.",
        "Joined to line {detail}: same number.",
        "Rien à faire si c'est la même personne.",
        "Nothing to do if it is the same person.",
    ),
    "number-shared": Wording(
        "Ce numéro est déjà celui d'une autre personne, ligne {detail} : il lui est laissé.",
        "This number is already another person's, line {detail}: it is left to them.",
        "Vérifiez à qui est le numéro, ou donnez-en un autre à cette personne.",
        "Check whose number it is, or give this person another one.",
    ),
    "permission-not-shared": Wording(
        "Des personnes différentes sont réunies : ce que l'une permet ne vaut pas pour les autres et n'est pas "
        "gardé ; un consentement plus étroit met fin à ceux d'avant ({detail}).",
        "Different people are joined: what one of them permits does not hold for the others and is not kept; a "
        "narrower consent ends those before ({detail}).",
        "Si la ligne ne devait pas être réunie, relancez l'import avec « --persons apart ».",
        "If the row should not have been joined, import again with “--persons apart”.",
    ),
}
