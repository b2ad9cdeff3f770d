"""What is wrong with single rows of files of evidence: the part of the catalogue that only they need."""

from __future__ import annotations

from lists.wording import DATE_EN, DATE_FR, Wording

EVIDENCE: dict[str, Wording] = {
    "person-unknown": Wording(
        "Personne inconnue : la ligne ne vaut pour personne.",
        "Person unknown: the row holds for nobody.",
        "Importez d'abord la liste qui contient cette personne, puis ce fichier à nouveau ; ou donnez le numéro.",
        "Import the contact list that holds this person first, then this file again; or give the number.",
    ),
    "person-several": Wording(
        "La ligne nomme plusieurs personnes connues : ce qu'elle permet n'est donné à aucune.",
        "The row names several people who are known: what it permits is given to none.",
        "Faites une ligne par personne, avec ses seuls numéros.",
        "Give each person a row of their own, with their own numbers only.",
    ),
    "person-other-name": Wording(
        "Le numéro est celui d'une personne d'un autre nom ou d'une autre référence : rien ne lui est donné.",
        "The number is that of a person of another name or reference: nothing is given to them.",
        "Vérifiez à qui est le numéro ; corrigez le nom, ou donnez la référence client.",
        "Check whose number it is; correct the name, or give the customer reference.",
    ),
    "reference-alike": Wording(
        "Référence inconnue, mais « {detail} » est connue : un tableur l'a peut-être récrite. La ligne ne vaut pour "
        "personne.",
        "Reference unknown, but “{detail}” is known: a spreadsheet may have rewritten it. The row holds for nobody.",
        "Si c'est la même, écrivez-la comme dans la liste de contacts (colonne au format texte) ; ou donnez le numéro.",
        "If it is the same, write it as the contact list does (a column formatted as text); or give the number.",
    ),
    "reference-without-source": Wording(
        "Une référence client ne dit rien sans son logiciel.",
        "A customer reference says nothing without the CRM that gave it.",
        "Indiquez-le avec --source, comme à l'import de la liste de contacts, ou donnez le numéro.",
        "Name it with --source, as when the contact list was imported, or give the number.",
    ),
    "advertiser-unknown": Wording(
        "Annonceur inconnu : ce que la ligne permet ne vaut pour personne.",
        "Advertiser unknown: what the row permits holds for nobody.",
        "Écrivez l'identifiant ou le nom d'un annonceur de dialer.toml.",
        "Write the id or the name of an advertiser of dialer.toml.",
    ),
    "advertiser-unknown-all": Wording(
        "Annonceur inconnu : la ligne est tenue pour adressée à tous.",
        "Advertiser unknown: the row is held to be toward all.",
        "Écrivez l'identifiant ou le nom d'un annonceur de dialer.toml.",
        "Write the id or the name of an advertiser of dialer.toml.",
    ),
    "advertiser-missing": Wording(
        "On ne sait pas de quel annonceur il s'agit : ce que la ligne permet ne vaut pour personne.",
        "It is not said which advertiser this is about: what the row permits holds for nobody.",
        "Ajoutez une colonne Annonceur, ou --advertiser pour tout le fichier.",
        "Add a column Advertiser, or --advertiser for the whole file.",
    ),
    "boxes-not-ticked": Wording(
        "Cette colonne est une case à cocher : {detail} lignes où elle n'est pas cochée ne disent rien.",
        "This column is a box to tick: {detail} rows in which it is not ticked say nothing.",
        'Rien à faire ; si chaque ligne du fichier est une opposition, --map "En-tête=attribute".',
        'Nothing to do; if each row of the file is an objection, --map "Header=attribute".',
    ),
    "nothing-said": Wording(
        "La ligne dit qu'il n'y a rien.",
        "The row says that there is nothing.",
        "Rien à faire, ou corrigez la cellule.",
        "Nothing to do, or correct the cell.",
    ),
    "proof-missing": Wording(
        "Aucune preuve.",
        "No proof.",
        "Indiquez où la preuve est conservée.",
        "Say where the proof is kept.",
    ),
    "object-missing": Wording(
        "L'objet manque.",
        "The object is missing.",
        "Dites sur quoi portait la demande ou le contrat.",
        "Say what the request or the contract was about.",
    ),
    "request-date-unreadable": Wording(
        "Date de la demande absente, illisible ou à venir.",
        "Date of the request missing, unreadable or in the future.",
        DATE_FR,
        DATE_EN,
    ),
    "slot-unreadable": Wording(
        "Date et heure du rendez-vous absentes ou illisibles.",
        "Date and time of the appointment missing or unreadable.",
        "Écrivez 24/11/2026 18:30, à l'heure de la personne.",
        "Write 24/11/2026 18:30, by the person's own clock.",
    ),
    "slot-place-unknown": Wording(
        "On ne sait pas où est la personne, donc quelle heure était convenue.",
        "It is not known where the person is, and so which time was agreed.",
        "Ajoutez une colonne Code postal, ou écrivez le décalage (2026-11-24T18:30+04:00).",
        "Add a column Postcode, or write the offset (2026-11-24T18:30+04:00).",
    ),
    "slot-no-such-time": Wording(
        "Cette heure n'existe pas ou existe deux fois : changement d'heure.",
        "This time does not exist or exists twice: the clocks are changed.",
        "Écrivez le décalage (2026-10-25T02:30+01:00).",
        "Write the offset (2026-10-25T02:30+01:00).",
    ),
    "said-date-unreadable": Wording(
        "Date absente, illisible ou à venir : la ligne est gardée, sans date.",
        "Date missing, unreadable or in the future: the row is kept, without a date.",
        DATE_FR,
        DATE_EN,
    ),
    "withdrawal-date-unreadable": Wording(
        "Date de retrait illisible ou à venir : le consentement est tenu pour retiré.",
        "Date of withdrawal unreadable or in the future: the consent is held to be withdrawn.",
        DATE_FR,
        DATE_EN,
    ),
    "any-hour-unclear": Wording(
        "Accord hors horaires peu clair : tenu pour refusé.",
        "Agreement to any hour unclear: held to be refused.",
        "Écrivez oui ou non.",
        "Write yes or no.",
    ),
    "sector-unknown": Wording(
        "Secteur inconnu : ce consentement ne permet aucun appel, et met fin à ceux donnés avant ({detail}).",
        "Sector unknown: this consent permits no call, and ends those given before ({detail}).",
        "Écrivez l'un des secteurs de docs/settings.md, ou videz la cellule si la notice le dit.",
        "Write one of the sectors of docs/settings.md, or empty the cell if the notice says it.",
    ),
    "kind-unknown": Wording(
        "Nature inconnue : la ligne est tenue pour une opposition.",
        "Kind unknown: the row is held to be an objection.",
        "Écrivez opposition, refus ou retrait.",
        "Write objection, refusal or withdrawal.",
    ),
    "edition-unreadable": Wording(
        "Trop de lignes illisibles ({detail}) : les numéros lus sont gardés, mais la source ne redevient pas fraîche.",
        "Too many rows unreadable ({detail}): the numbers that were read are kept, but the source is not fresh again.",
        "Corrigez le fichier (encodage, séparateur, colonne des numéros) et importez-le à nouveau.",
        "Correct the file (encoding, delimiter, column of the numbers) and import it again.",
    ),
    "edition-shorter": Wording(
        "Moins de la moitié des numéros de l'édition d'avant ({detail}) : le fichier est peut-être tronqué ; ses "
        "numéros sont gardés, ceux d'avant aussi, mais la source ne redevient pas fraîche.",
        "Fewer than half of the numbers of the edition before ({detail}): the file may be cut off; its numbers are "
        "kept, those before too, but the source is not fresh again.",
        "Importez le fichier entier ; si la source a vraiment rétréci, importez-le à nouveau avec --accept-shorter.",
        "Import the whole file; if the source really shrank, import it again with --accept-shorter.",
    ),
    "scrub-hash-unreadable": Wording(
        "Empreinte illisible : 64 caractères hexadécimaux attendus (SHA-256).",
        "Hash unreadable: 64 hexadecimal characters expected (SHA-256).",
        "Recopiez l'empreinte du fichier envoyé.",
        "Copy the hash of the file that was sent.",
    ),
    "scrub-date-unreadable": Wording(
        "Date de dépôt ou de retour absente ou illisible.",
        "Date of upload or return missing or unreadable.",
        DATE_FR,
        DATE_EN,
    ),
    "scrub-date-outside": Wording(
        "Retour hors de la période du 2023-01-01 au 2026-08-10, où Bloctel compte ici.",
        "Returned outside 2023-01-01 to 2026-08-10, when Bloctel counts here.",
        "Retirez la ligne : elle ne prouve rien.",
        "Remove the row: it proves nothing.",
    ),
    "scrub-date-order": Wording(
        "Le fichier serait revenu avant d'être envoyé.",
        "The file would have come back before it was sent.",
        "Corrigez les dates.",
        "Correct the dates.",
    ),
    "scrub-rows-unreadable": Wording(
        "Nombre de lignes envoyées ou retirées absent ou illisible.",
        "Number of rows sent or removed missing or unreadable.",
        "Écrivez deux nombres entiers.",
        "Write two whole numbers.",
    ),
    "scrub-rows-removed": Wording(
        "Plus de lignes retirées que de lignes envoyées.",
        "More rows removed than sent.",
        "Corrigez les nombres.",
        "Correct the numbers.",
    ),
    "scrub-list-unknown": Wording(
        "Aucune liste de contacts importée n'a cette empreinte.",
        "No contact list that was imported has this hash.",
        "Importez d'abord la liste revenue de Bloctel, ou nommez-la avec --list.",
        "Import the list that came back from Bloctel first, or name it with --list.",
    ),
    "scrub-of-sent-file": Wording(
        "La liste importée est le fichier envoyé : les personnes retirées par Bloctel y sont encore.",
        "The imported list is the file that was sent: the people whom Bloctel took out are still on it.",
        "Importez le fichier revenu de Bloctel et nommez-le avec --list.",
        "Import the file that came back from Bloctel, and name it with --list.",
    ),
    "scrub-counts": Wording(
        "La liste a plus de personnes que Bloctel n'a rendu de lignes.",
        "The list has more people than Bloctel returned rows.",
        "Vérifiez les nombres, et que c'est bien cette liste qui est revenue.",
        "Check the numbers, and that this is the list that came back.",
    ),
}
