"""Every sentence of the report in both languages, in one place where a reader can review the wording."""

from __future__ import annotations

from dataclasses import dataclass

from rules.rule import Text


@dataclass(frozen=True, slots=True)
class Noun:
    """Singular and plural in each language."""

    fr: tuple[str, str]
    en: tuple[str, str]


NOUNS: dict[str, Noun] = {
    "row": Noun(("ligne", "lignes"), ("row", "rows")),
    "contact": Noun(("contact", "contacts"), ("contact", "contacts")),
    "contact-kept": Noun(("contact retenu", "contacts retenus"), ("contact accepted", "contacts accepted")),
    "contact-again": Noun(
        ("contact à rappeler", "contacts à rappeler"), ("contact to call again", "contacts to call again")
    ),
    "call": Noun(("appel", "appels"), ("call", "calls")),
    "call-made": Noun(("appel passé", "appels passés"), ("call made", "calls made")),
    "call-ended": Noun(("appel terminé", "appels terminés"), ("ended call", "ended calls")),
    "call-lost": Noun(
        ("appel au sort inconnu", "appels au sort inconnu"), ("call of unknown fate", "calls of unknown fate")
    ),
    "answered": Noun(("décroché", "décrochés"), ("answered", "answered")),
    "person": Noun(("personne", "personnes"), ("person", "people")),
    "objection": Noun(("opposition exprimée", "oppositions exprimées"), ("objection", "objections")),
    "accepted": Noun(("acceptée", "acceptées"), ("accepted", "accepted")),
    "merged": Noun(("réunie à une autre", "réunies à d'autres"), ("merged", "merged")),
    "rejected": Noun(("rejetée", "rejetées"), ("rejected", "rejected")),
    "remark": Noun(("autre remarque", "autres remarques"), ("more remark", "more remarks")),
    "due": Noun(("autre échéance", "autres échéances"), ("more date", "more dates")),
    "earlier": Noun(("appel plus ancien", "appels plus anciens"), ("earlier call", "earlier calls")),
    "entry": Noun(("écriture", "écritures"), ("entry", "entries")),
    "allow": Noun(("autorisation", "autorisations"), ("permission", "permissions")),
    "defer": Noun(("report", "reports"), ("deferral", "deferrals")),
    "deny": Noun(("refus", "refus"), ("denial", "denials")),
}

TEXTS: dict[str, Text] = {
    # Head
    "report": Text("Compte rendu de campagne", "Campaign report"),
    "advertiser": Text("Annonceur", "Advertiser"),
    "offer": Text("Offre", "Offer"),
    "told": Text("Établi le", "Told on"),
    "paris": Text("heure de Paris", "Paris time"),
    "simulated": Text("Horloge simulée — démonstration", "Simulated clock — demonstration"),
    "simulated-means": Text(
        "Les appels ont sonné sur l'opérateur d'essai de cette machine ; personne n'a été dérangé.",
        "The calls rang at this machine's test carrier; nobody was disturbed.",
    ),
    # The story in a paragraph
    "in-brief": Text("En bref", "In brief"),
    "said-rows": Text("{rows} lues, {contacts}.", "{rows} read, {contacts}."),
    "said-no-rows": Text("Aucun fichier n'a été lu ; {contacts}.", "No file was read; {contacts}."),
    "said-law": Text(
        "Les règles permettaient d'en appeler {now} dès le lancement et {later} plus tard ; elles interdisaient, "
        "en l'état, d'en appeler {never}.",
        "The rules allowed calling {now} of them at launch and {later} later on; as things stand, they forbade "
        "calling {never}.",
    ),
    "said-calls": Text(
        "{calls} vers {people}, dont {answered} ({share}).", "{calls} to {people}, of which {answered} ({share})."
    ),
    "said-no-calls": Text("Aucun appel n'a encore été passé.", "No call has been made yet."),
    "said-objections": Text(
        "{objections} pendant un appel : effet immédiat, plus aucun appel pour cet annonceur.",
        "{objections} during a call: effective at once, no more calls for this advertiser.",
    ),
    "said-unknown": Text(
        "{calls} après une panne : jamais recomposé, compté comme passé.",
        "{calls} after a breakdown: never redialed, counted as made.",
    ),
    "said-next": Text("{contacts}, à partir du {moment}.", "{contacts}, from {moment} on."),
    "said-no-next": Text("Plus aucun appel n'est prévu.", "No further call is planned."),
    "said-backed": Text(
        "Chaque appel repose sur une autorisation enregistrée avant lui.",
        "Every call rests on a permission recorded before it.",
    ),
    "said-unbacked": Text(
        "Attention : {calls} sans autorisation enregistrée avant lui — à examiner sans attendre.",
        "Warning: {calls} without a permission recorded before it — to be examined without delay.",
    ),
    "said-whole": Text("Le journal est intact.", "The log is whole."),
    "said-broken": Text(
        "Attention : le journal est rompu ; il ne prouve plus rien avant examen.",
        "Warning: the log is broken; it proves nothing until it is examined.",
    ),
    # Funnel
    "funnel": Text("De la liste à la conversation", "From the list to the conversation"),
    "funnel-rows": Text("Lignes lues", "Rows read"),
    "funnel-contacts": Text("Contacts retenus", "Contacts accepted"),
    "funnel-callable": Text("Appelables au lancement", "Callable at launch"),
    "funnel-called": Text("Personnes appelées", "People called"),
    "funnel-answered": Text("Ont décroché", "Answered"),
    "funnel-listened": Text("Écoute entière ou opposition", "Heard out or opted out"),
    "of-rows": Text("{share} des lignes", "{share} of the rows"),
    "of-contacts": Text("{share} des contacts", "{share} of the contacts"),
    "of-called": Text("{share} des personnes appelées", "{share} of the people called"),
    "of-answered": Text("{share} de ceux qui ont décroché", "{share} of those who answered"),
    "funnel-note": Text(
        "« Appelables » : aucune règle ne s'y oppose à l'instant du lancement. « Ont décroché » compte les répondeurs. "
        "« Écoute entière » : la personne a entendu le message jusqu'au bout.",
        "“Callable”: no rule stood against it at the instant of launch. “Answered” includes machines. "
        "“Heard out”: the person heard the message to its end.",
    ),
    # Legal calendar
    "calendar": Text("Calendrier légal des prochains jours", "Legal calendar of the coming days"),
    "calendar-means": Text(
        "Contacts appelables au début de chaque heure, sur l'horloge de Paris, dans l'état des faits au {moment}.",
        "Contacts callable at the start of each hour, on the clock of Paris, by the facts as of {moment}.",
    ),
    "weekend": Text("week-end", "weekend"),
    "open-cell": Text("{day}, {hour} : {contacts}", "{day}, {hour}: {contacts}"),
    "closed-cell": Text("{day}, {hour} : aucun appel possible", "{day}, {hour}: no call possible"),
    "past-cell": Text("{day}, {hour} : passé", "{day}, {hour}: past"),
    "few": Text("peu", "few"),
    "many": Text("beaucoup de contacts", "many contacts"),
    "closed": Text("fermé", "closed"),
    "newly": Text("Nouveaux", "New"),
    "newly-means": Text(
        "« Nouveaux » : contacts dont le premier instant permis tombe ce jour-là.",
        "“New”: contacts whose first permitted instant falls on that day.",
    ),
    # Dispositions
    "dispositions": Text("Ce que sont devenus les appels", "What became of the calls"),
    "disposition": Text("Issue", "Outcome"),
    "calls": Text("Appels", "Calls"),
    "share": Text("Part", "Share"),
    "bar-title": Text("{label} : {calls}, {share}", "{label}: {calls}, {share}"),
    "no-attempts": Text("Aucun appel n'a quitté la plateforme.", "No call has left the platform."),
    "given-back": Text(
        "{calls} de plus, approuvé puis rendu avant de partir : il ne compte pas.",
        "{calls} more, approved and given back before leaving: it does not count.",
    ),
    # Quality
    "quality": Text("Qualité vue par l'opérateur", "Quality as the carrier sees it"),
    "asr": Text("Taux de décroché (ASR)", "Answer ratio (ASR)"),
    "asr-means": Text("décrochés ÷ appels partis", "answered ÷ calls made"),
    "asr-reference": Text("Repère : plus de 60\u202f%", "Reference: over 60%"),
    "acd": Text("Durée moyenne (ACD)", "Mean duration (ACD)"),
    "acd-means": Text("par appel décroché", "per answered call"),
    "acd-reference": Text("Repère : plus de 15\u00a0s", "Reference: over 15\u00a0s"),
    "short": Text("Appels courts", "Short calls"),
    "short-means": Text("décrochés de moins de {seconds}\u00a0s", "answered for less than {seconds}\u00a0s"),
    "short-reference": Text("Repère : moins de 10\u202f%", "Reference: under 10%"),
    "quality-note": Text(
        "Sur {calls}. Repères : conditions publiées par l'opérateur Callr, données pour situer ces chiffres ; "
        "l'opérateur juge, lui, sur une heure glissante.",
        "Over {calls}. References: terms published by the carrier Callr, given to place these figures; the "
        "carrier itself judges over a rolling hour.",
    ),
    # Obstacles
    "obstacles": Text("Qui ne peut pas être appelé, et pourquoi", "Who cannot be called, and why"),
    "now": Text("appelables au lancement", "callable at launch"),
    "later": Text("plus tard", "later"),
    "never": Text("pas en l'état", "not as things stand"),
    "rule": Text("Règle", "Rule"),
    "articles": Text("Textes", "Articles"),
    "contacts": Text("Contacts", "Contacts"),
    "decisions": Text("Décisions", "Decisions"),
    "verdict": Text("Effet", "Effect"),
    "layer": Text("Nature", "Nature"),
    "obstacles-note": Text(
        "« Contacts » : retenus par la règle au lancement ; plusieurs règles peuvent retenir la même personne. "
        "« Décisions » : réponses négatives du contrôle pendant la campagne ({decisions}).",
        "“Contacts”: held back by the rule at launch; several rules may hold back the same person. "
        "“Decisions”: negative answers of the gate during the campaign ({decisions}).",
    ),
    "no-obstacles": Text("Aucune règle ne retient de contact.", "No rule holds back any contact."),
    "verdict-defer": Text("différé", "deferred"),
    "verdict-deny": Text("refusé", "denied"),
    "layer-statute": Text("loi", "law"),
    "layer-policy": Text("prudence", "prudence"),
    "layer-contract": Text("opérateur", "carrier"),
    # What comes next
    "next": Text("Et maintenant", "What comes next"),
    "when": Text("Quand", "When"),
    "why": Text("Pourquoi", "Why"),
    "retry-after": Text("Nouvel essai après : {disposition}", "New try after: {disposition}"),
    "wait-for": Text("Attente : {rules}", "Waiting: {rules}"),
    "first-call": Text("Premier appel", "First call"),
    "and-more": Text("… et {count}.", "… and {count}."),
    # Import
    "import": Text("Le fichier reçu", "The file received"),
    "import-counts": Text(
        "{rows} lues : {accepted}, {merged}, {rejected}.", "{rows} read: {accepted}, {merged}, {rejected}."
    ),
    "import-form": Text(
        "Codage {encoding}, séparateur « {delimiter} », empreinte {sha256}…",
        "Encoding {encoding}, delimiter “{delimiter}”, fingerprint {sha256}…",
    ),
    "tabulation": Text("tabulation", "tab"),
    "no-reports": Text("Aucun fichier n'est rattaché à cette campagne.", "No file belongs to this campaign."),
    "no-problems": Text("Rien à signaler dans ce fichier.", "Nothing to remark in this file."),
    "line": Text("Ligne", "Line"),
    "column": Text("Colonne", "Column"),
    "value": Text("Valeur", "Value"),
    "problem": Text("Remarque et remède", "Remark and remedy"),
    "severity-rejected": Text("rejetée", "rejected"),
    "severity-warning": Text("à voir", "check"),
    "severity-merged": Text("réunie", "merged"),
    # Attempts
    "attempts": Text("Les appels un par un", "The calls one by one"),
    "time": Text("Heure", "Time"),
    "person": Text("Personne", "Person"),
    "number": Text("Numéro", "Number"),
    "sip": Text("Réponse SIP", "SIP answer"),
    "talk": Text("Durée", "Talk"),
    "state-live": Text("En cours", "Under way"),
    "state-unsent": Text("Non parti", "Not sent"),
    "recordings": Text("Ce que l'appelé a entendu", "What the called side heard"),
    "recordings-note": Text("Fichiers du dossier de ce compte rendu.", "Files in the folder of this report."),
    # Audit
    "audit": Text("Le journal qui fait foi", "The log that proves it"),
    "audit-whole": Text("Chaîne intacte", "Chain whole"),
    "audit-whole-means": Text(
        "{entries}, chacune liée à la précédente par son empreinte.",
        "{entries}, each bound to the one before by its hash.",
    ),
    "audit-broken": Text("Chaîne rompue à l'écriture {row}", "Chain broken at entry {row}"),
    "audit-broken-means": Text(
        "Constat du contrôle : « {why} ». Ne plus rien effacer ni écrire, et lancer dialer audit verify.",
        "Finding of the check: “{why}”. Delete and write nothing more, and run dialer audit verify.",
    ),
    "audit-head": Text("Empreinte de tête", "Head hash"),
    "audit-check": Text(
        "À conserver ailleurs : elle permet de vérifier plus tard que rien n'a été changé.",
        "Keep it elsewhere: with it, anyone can check later that nothing was changed.",
    ),
}
