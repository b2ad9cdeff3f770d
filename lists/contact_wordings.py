"""What is wrong with single rows and cells of any file, and of contact lists: that part of the catalogue."""

from __future__ import annotations

from lists.wording import DATE_EN, DATE_FR, Wording

_NO_CALL_FR = "Ce numéro n'entre jamais dans une campagne : donnez celui de la personne."
_NO_CALL_EN = "This number never enters a campaign: give the person's own."

CONTACTS: dict[str, Wording] = {
    # Rows
    "row-short": Wording(
        "Ligne trop courte : {detail}.",
        "Row too short: {detail}.",
        "Complétez les champs manquants, ou mettez entre guillemets un saut de ligne.",
        "Fill in the missing fields, or put quotes around a line break.",
    ),
    "row-long": Wording(
        "Ligne trop longue : {detail}.",
        "Row too long: {detail}.",
        "Mettez entre guillemets le texte qui contient le séparateur.",
        "Put quotes around the text that contains the delimiter.",
    ),
    "row-quoting": Wording(
        "Guillemets mal fermés ou champ démesuré ({detail}).",
        "Quotes badly closed, or an oversized field ({detail}).",
        "Fermez le guillemet ; un guillemet dans un texte se double.",
        "Close the quote; a quote inside a text is doubled.",
    ),
    "formula-like": Wording(
        "Ce texte ressemble à une formule ; il est gardé comme texte.",
        "This text looks like a formula; it is kept as text.",
        "Vérifiez la cellule dans le fichier d'origine.",
        "Check the cell in the original file.",
    ),
    # Numbers
    "number-missing": Wording(
        "Aucun numéro.",
        "No number.",
        "Renseignez au moins un numéro de téléphone.",
        "Fill in at least one phone number.",
    ),
    "number-unreadable": Wording(
        "Numéro illisible ou non attribuable.",
        "Number unreadable, or not one that can exist.",
        "Écrivez-le à dix chiffres (06 …) ou au format international (+33 6 …).",
        "Write it with ten digits (06 …) or in international form (+33 6 …).",
    ),
    "number-letters": Wording(
        "Le numéro contient des lettres.",
        "The number contains letters.",
        "Ne gardez que le numéro dans cette cellule.",
        "Keep nothing but the number in this cell.",
    ),
    "number-scientific": Wording(
        "Le tableur a arrondi le numéro (notation scientifique) : ses chiffres sont perdus.",
        "The spreadsheet rounded the number (scientific notation): its digits are lost.",
        "Mettez la colonne au format Texte et refaites l'export.",
        "Format the column as Text and export again.",
    ),
    "number-emergency": Wording("Numéro d'urgence.", "Emergency number.", _NO_CALL_FR, _NO_CALL_EN),
    "number-short": Wording("Numéro court.", "Short number.", _NO_CALL_FR, _NO_CALL_EN),
    "number-premium": Wording("Numéro surtaxé.", "Premium-rate number.", _NO_CALL_FR, _NO_CALL_EN),
    "number-special": Wording("Numéro spécial.", "Special-rate number.", _NO_CALL_FR, _NO_CALL_EN),
    "number-m2m": Wording(
        "Numéro réservé aux objets connectés.",
        "Number reserved for machines.",
        _NO_CALL_FR,
        _NO_CALL_EN,
    ),
    # Place and business
    "postcode-missing": Wording(
        "Aucun code postal : le fuseau horaire et les jours fériés sont inconnus.",
        "No postcode: the time zone and the holidays are unknown.",
        "Renseignez le code postal.",
        "Fill in the postcode.",
    ),
    "postcode-column-missing": Wording(
        "Aucune colonne de codes postaux : l'heure et les jours fériés de chacun sont ceux de tous les lieux que "
        "permet l'indicatif du numéro.",
        "No column of postcodes: everybody's time and holidays are those of all places that the number's code permits.",
        "Ajoutez une colonne Code postal, ou dites avec --map laquelle c'est.",
        "Add a column Postcode, or say with --map which one it is.",
    ),
    "postcode-short": Wording(
        "Code postal à quatre chiffres, gardé tel quel : un zéro perdu par le tableur ?",
        "Postcode of four digits, kept as written: a zero lost by the spreadsheet?",
        "Écrivez cinq chiffres ; mettez la colonne au format Texte.",
        "Write five digits; format the column as Text.",
    ),
    "postcode-unreadable": Wording(
        "Ce n'est pas un code postal ; gardé tel quel.",
        "Not a postcode; kept as written.",
        "Écrivez cinq chiffres.",
        "Write five digits.",
    ),
    "postcode-unknown": Wording(
        "Ce code postal n'est celui d'aucun lieu français connu ; gardé tel quel.",
        "This postcode belongs to no known French place; kept as written.",
        "Corrigez le code postal.",
        "Correct the postcode.",
    ),
    "place-overseas": Wording(
        "Ce pays ou cette ville place la personne outre-mer ({detail}), et pas le code postal : elle n'est appelée que "
        "lorsque tous ces lieux le permettent.",
        "This country or town places the person overseas ({detail}), and the postcode does not: calls are made only "
        "when all these places permit.",
        "Corrigez le code postal ou le pays.",
        "Correct the postcode or the country.",
    ),
    "country-foreign": Wording(
        "Ce pays n'est pas la France : l'heure de la personne est inconnue, elle n'est pas appelée.",
        "This country is not France: the person's time is unknown, they are not called.",
        'Corrigez le pays, retirez la ligne ; si la colonne dit autre chose, --map "En-tête=attribute".',
        'Correct the country, remove the row; if the column says something else, --map "Header=attribute".',
    ),
    "postcode-disagrees": Wording(
        "Deux codes postaux pour la même personne ({detail}) : si l'heure ou les jours fériés y diffèrent, elle n'est "
        "appelée que lorsque les deux lieux le permettent.",
        "Two postcodes for the same person ({detail}): where time or holidays differ, calls are made only when both "
        "places permit.",
        "Vérifiez l'adresse ; reprenez la liste où elle est fausse (dialer list undo) et importez-la corrigée.",
        "Check the address; take the list back in which it is wrong (dialer list undo) and import it corrected.",
    ),
    "siret-unreadable": Wording(
        "SIRET illisible : quatorze chiffres attendus. La personne est traitée en consommateur.",
        "SIRET unreadable: fourteen digits expected. The person is treated as a consumer.",
        "Écrivez les quatorze chiffres.",
        "Write the fourteen digits.",
    ),
    "siret-checksum": Wording(
        "SIRET faux (clé de contrôle). La personne est traitée en consommateur.",
        "SIRET wrong (check digit). The person is treated as a consumer.",
        "Vérifiez le SIRET.",
        "Check the SIRET.",
    ),
    "siren-unreadable": Wording(
        "SIREN illisible : neuf chiffres attendus. La personne est traitée en consommateur.",
        "SIREN unreadable: nine digits expected. The person is treated as a consumer.",
        "Écrivez les neuf chiffres.",
        "Write the nine digits.",
    ),
    "siren-checksum": Wording(
        "SIREN faux (clé de contrôle). La personne est traitée en consommateur.",
        "SIREN wrong (check digit). The person is treated as a consumer.",
        "Vérifiez le SIREN.",
        "Check the SIREN.",
    ),
    "siren-disagrees": Wording(
        "Ce SIRET n'est pas celui du SIREN indiqué ({detail}). La personne est traitée en consommateur.",
        "This SIRET is not one of the SIREN stated ({detail}). The person is treated as a consumer.",
        "Vérifiez le SIREN et le SIRET.",
        "Check the SIREN and the SIRET.",
    ),
    "siret-disagrees": Wording(
        "Les lignes d'une même personne n'ont pas le même SIRET : traitée en consommateur ({detail}).",
        "The rows of one person differ in SIRET: treated as a consumer ({detail}).",
        "Séparez la personne et l'entreprise, ou complétez le SIRET.",
        "Keep the person and the business apart, or complete the SIRET.",
    ),
    # Evidence
    "consent-date-unreadable": Wording(
        "Date de consentement illisible : ce consentement ne comptera pas.",
        "Consent date unreadable: this consent will not count.",
        DATE_FR,
        DATE_EN,
    ),
    "consent-date-future": Wording(
        "Date de consentement à venir : ce consentement ne comptera pas.",
        "Consent date in the future: this consent will not count.",
        "Corrigez la date.",
        "Correct the date.",
    ),
    "consent-date-missing": Wording(
        "Consentement sans date : il ne comptera pas.",
        "Consent without a date: it will not count.",
        "Renseignez la date de recueil.",
        "Fill in the date of collection.",
    ),
    "consent-system-unknown": Wording(
        "Mode d'appel accepté inconnu, ignoré ({detail}).",
        "Accepted way of calling unknown, left out ({detail}).",
        "Écrivez humain, robot, ou les deux.",
        "Write human, robot, or both.",
    ),
    "consent-system-contradiction": Wording(
        "Les colonnes se contredisent sur les appels par robot : ils sont tenus pour refusés.",
        "The columns contradict each other on robot calls: they are held to be refused.",
        "Vérifiez la preuve du consentement.",
        "Check the proof of consent.",
    ),
    "consent-channel-unknown": Wording(
        "Canal accepté inconnu, ignoré ({detail}).",
        "Accepted channel unknown, left out ({detail}).",
        "Écrivez voix, sms, e-mail, courrier ou réseaux sociaux.",
        "Write voice, sms, e-mail, post or social.",
    ),
    "consent-channels-unreadable": Wording(
        "Aucun canal connu n'est accepté : ce consentement ne permet aucun appel, et met fin à ceux donnés avant.",
        "No known channel is accepted: this consent permits no call, and ends those given before.",
        "Écrivez les canaux acceptés (voix, sms, e-mail), ou videz la cellule s'ils n'ont pas été limités.",
        "Write the accepted channels (voice, sms, e-mail), or empty the cell if they were not limited.",
    ),
    "consent-hours-unreadable": Wording(
        "Heures acceptées illisibles : ce consentement ne permet aucun appel, et met fin à ceux donnés avant.",
        "Accepted hours unreadable: this consent permits no call, and ends those given before.",
        "Écrivez des plages comme 18:00-20:00, ou videz la cellule si les heures n'ont pas été limitées.",
        "Write slots such as 18:00-20:00, or empty the cell if the hours were not limited.",
    ),
    "consent-end-unreadable": Wording(
        "Fin de consentement illisible : ce consentement ne permet aucun appel, et met fin à ceux donnés avant.",
        "End of consent unreadable: this consent permits no call, and ends those given before.",
        DATE_FR,
        DATE_EN,
    ),
    "contract-start-unreadable": Wording(
        "Début de contrat illisible : ce contrat ne comptera pas.",
        "Start of contract unreadable: this contract will not count.",
        DATE_FR,
        DATE_EN,
    ),
    "contract-start-future": Wording(
        "Le contrat commence plus tard : il ne comptera pas.",
        "The contract starts later: it will not count.",
        "Corrigez la date, ou réimportez la liste une fois le contrat en cours.",
        "Correct the date, or import the list again once the contract is running.",
    ),
    "contract-end-unreadable": Wording(
        "Fin de contrat illisible : le contrat est tenu pour terminé, et un contrat de même objet chargé avant aussi.",
        "End of contract unreadable: the contract is held to be over, and so is one of its object loaded before.",
        DATE_FR,
        DATE_EN,
    ),
    "contract-status-unreadable": Wording(
        "État du contrat inconnu : le contrat est tenu pour terminé, et un contrat de même objet chargé avant aussi.",
        "State of the contract unknown: the contract is held to be over, and so is one of its object loaded before.",
        "Écrivez en cours ou résilié.",
        "Write running or ended.",
    ),
    "contract-without-proof": Wording(
        "Des contrats du fichier n'ont pas de preuve ({detail}) : ils ne permettent aucun appel.",
        "Contracts of this file have no proof ({detail}): they permit no call.",
        "Ajoutez une colonne « Preuve du contrat », ou chargez-les avec dialer evidence import contracts.",
        "Add a column “Contract proof”, or load them with dialer evidence import contracts.",
    ),
    "contract-without-advertiser": Wording(
        "On ne sait pas avec quel annonceur sont les contrats du fichier ({detail}) : ils ne permettent aucun appel.",
        "It is not said with which advertiser the contracts of this file are ({detail}): they permit no call.",
        "Reprenez la liste (dialer list undo) et importez-la à nouveau avec --advertiser.",
        "Take the list back (dialer list undo) and import it again with --advertiser.",
    ),
    "refusal-date-unreadable": Wording(
        "Date de refus illisible ou à venir : le refus est gardé, sans date.",
        "Refusal date unreadable or in the future: the refusal is kept, without a date.",
        DATE_FR,
        DATE_EN,
    ),
    "objection-date-unreadable": Wording(
        "Date d'opposition illisible ou à venir : l'opposition est gardée, sans date.",
        "Objection date unreadable or in the future: the objection is kept, without a date.",
        DATE_FR,
        DATE_EN,
    ),
    "call-count-unreadable": Wording(
        "Nombre d'appels illisible : tenu pour plus d'appels que la loi n'en permet, au dernier jour connu.",
        "Number of calls unreadable: held to be more calls than the law permits, on the last day known.",
        "Écrivez un nombre entier.",
        "Write a whole number.",
    ),
    "past-call-unreadable": Wording(
        "Un appel sans jour lisible, ou daté de l'avenir ({detail}) : il compte comme un appel d'aujourd'hui, ce qui "
        "limite le plus longtemps.",
        "A call without a readable day, or dated in the future ({detail}): it counts as a call of today, which "
        "limits longest.",
        DATE_FR,
        DATE_EN,
    ),
}
