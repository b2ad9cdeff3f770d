"""How the story of one call is told in a terminal, part by part, and as one document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from commands.call_words import step_in_words, to_the_millisecond
from commands.desk import Desk
from commands.grounds import shown_grounds
from commands.instants import local, local_with_zone
from commands.tables import plain_table
from commands.words import in_words, one_verdict
from dialer.call_story import CallStory
from dialer.ports import CallEventKind
from dialer.recording_digests import ToldRecording
from dialer.schema import Attempt, PhoneState
from dialer.stored_findings import stored_findings

_SHORT = 16
"""Characters of a digest that are shown."""

_KEYS = (
    (CallEventKind.DIGIT, "Touche", "Key"),
    (CallEventKind.AGENT_DIGIT, "Touche de l'agent", "The agent's key"),
)


def tell(d: Desk, story: CallStory) -> None:
    """Everything, in the order in which it happened."""
    decision = story.decision
    verdict = one_verdict(decision.verdict, d.language)
    d.show(f"[bold]{story.number}[/] · {escape(story.campaign.name)} · {local_with_zone(d, decision.at)} · {verdict}")
    if story.body is None:
        d.say(
            "[yellow]Les faits ont été effacés avec la clé de la personne ; restent la décision et sa place dans la "
            "chaîne.[/]",
            "[yellow]The facts were erased with the person's key; the decision and its place in the chain remain.[/]",
        )
    else:
        d.show(_findings(d, story.body["decision"]))
        for line in shown_grounds(d, story.body.get("grounds", {})):
            d.show(line)
    if story.attempt is None:
        d.say("Aucun appel n'est parti de cette décision.", "No call left on this decision.")
    else:
        _tell_call(d, story, story.attempt)
    for taking in story.taken_back:
        english, french = taking.words
        d.show(Text(d.text(french, english)))
    for line in _chain(d, story):
        d.show(line)


def story_document(story: CallStory) -> dict[str, object]:
    """All of it as JSON-able values."""
    decision, attempt = story.decision, story.attempt
    return {
        "ok": True,
        "campaign": story.campaign.name,
        "advertiser": story.advertiser,
        "decision": {
            "id": decision.id,
            "sha256": decision.sha256,
            "verdict": decision.verdict,
            "rules": decision.rule_ids,
            "erased": story.body is None,
            **(story.body or {}),
        },
        "permit": dict(story.permit) or None,
        "attempt": attempt.model_dump(mode="json") if attempt else None,
        "wishes": [{"kind": str(wish.kind), "noted_at": wish.noted_at.isoformat()} for wish in story.wishes],
        "complaints": [{"reference": each.reference, "said_at": each.said_at.isoformat()} for each in story.complaints],
        "recording": story.recording.to_dict() if story.recording else None,
        "number_state": story.number_state or None,
        "chain": [
            {"seq": entry.seq, "at": entry.at.isoformat(), "kind": entry.kind, "body": dict(entry.body)}
            for entry in story.entries
        ],
        "lists_taken_back": [
            {"list": taking.name, "at": taking.at.isoformat(), "reason": taking.reason} for taking in story.taken_back
        ],
    }


def _findings(d: Desk, decision: dict[str, Any]) -> Table:
    table = plain_table(d.text("règle", "rule"), "verdict", d.text("raison", "reason"), "article")
    for finding in stored_findings(decision):
        lifted = f" ({', '.join(finding.discharged_by)})" if finding.discharged_by else ""
        said = d.text(finding.words.fr, finding.words.en)
        table.add_row(finding.rule_id, one_verdict(finding.verdict, d.language) + lifted, said, finding.citations[0])
    return table


def _tell_call(d: Desk, story: CallStory, attempt: Attempt) -> None:
    if permit := story.permit:
        span = f"{to_the_millisecond(permit['not_before'])} – {to_the_millisecond(permit['not_after'])}"
        digest = permit["permit"][:_SHORT]
        d.say(f"Permis {digest}… valable {span} (heure de Paris)", f"Permit {digest}… valid {span} (Paris time)")
    sip = escape(f"SIP {attempt.sip_code} {attempt.sip_reason}")
    state = step_in_words(attempt.state, d.language)
    d.say(
        f"Tentative {attempt.id} : de {attempt.caller_id} vers {story.number} par {escape(attempt.trunk)}, état "
        f"« {state} », issue {in_words(attempt.disposition or '—', 'fr')} ({sip})",
        f"Attempt {attempt.id}: {attempt.caller_id} to {story.number} by {escape(attempt.trunk)}, state "
        f"{state}, outcome {attempt.disposition or '—'} ({sip})",
    )
    for event in attempt.events:
        code = f" {event['sip']}" if event.get("sip") else ""
        step, at = step_in_words(str(event["event"]), d.language), to_the_millisecond(str(event["at"]))
        d.show(Text(f"  {at}  {step}{code} {event['detail']}".rstrip()))
    for line in (*_said(d, story, attempt), *_effects(d, story)):
        d.show(line)


def _said(d: Desk, story: CallStory, attempt: Attempt) -> Iterator[Text]:
    """What the records hold of the conversation: what was played, what was pressed, how long it lasted."""
    if attempt.answered_at is None:
        return
    for event in story.heard(CallEventKind.JOINED):
        yield Text(d.text(f"Parole : {event['detail']}, agent humain", f"Spoke: {event['detail']}, a human agent"))
    for event in story.heard(CallEventKind.RECORDING):
        file = event["detail"]
        yield Text(
            d.text(
                f"Enregistré : {file}" if file else "Enregistrement refusé : effacé",
                f"Recorded: {file}" if file else "Objection to the recording: deleted",
            )
        )
    if story.recording:
        yield _recording(d, story.recording)
    played = ", ".join(str(event["detail"]) for event in story.heard(CallEventKind.PROMPT))
    seconds = _seconds(d, attempt.talk_ms)
    yield Text(
        d.text(
            f"Conversation de {seconds} s ; paroles jouées : {played or 'aucune consignée'}",
            f"Conversation of {seconds} s; words played: {played or 'none on record'}",
        )
    )
    words = story.plan.opening_words()
    if words and any(event["detail"] == "opening" for event in story.heard(CallEventKind.PROMPT)):
        said = " ".join(words.split())
        yield Text(d.text(f"Annonce (texte actuel) : « {said} »", f"Opening (its text today): “{said}”"))
    for kind, fr, en in _KEYS:
        for event in story.heard(kind):
            opt_out = event["detail"] == story.plan.script.opt_out_digit
            meaning = d.text(" (opposition)", " (never again)") if opt_out else ""
            yield Text(d.text(f"{fr} {event['detail']}{meaning}", f"{en} {event['detail']}{meaning}"))


def _recording(d: Desk, told: ToldRecording) -> Text:
    """By what the file is known: `dialer audit verify` holds it against this."""
    seconds = "—" if told.ms is None else _seconds(d, told.ms)
    gone = d.text(f", effacé (ligne {told.deleted_by})", f", deleted (row {told.deleted_by})")
    return Text(
        d.text(
            f"Enregistrement de {seconds} s, SHA-256 {told.sha256} (ligne {told.seq})",
            f"Recording of {seconds} s, SHA-256 {told.sha256} (row {told.seq})",
        )
        + (gone if told.deleted_by else "")
    )


def _seconds(d: Desk, milliseconds: int) -> str:
    """To the tenth, as in the file for the authority: a whole second would hide on which side of a limit a call is."""
    seconds = f"{milliseconds / 1000:.1f}"
    return d.text(seconds.replace(".", ","), seconds)


def _effects(d: Desk, story: CallStory) -> Iterator[Text]:
    for wish in story.wishes:
        kind, at = in_words(wish.kind, d.language), to_the_millisecond(wish.noted_at)
        yield Text(
            d.text(
                f"Effet : {kind} P{wish.id} consignée le {at}, pour toutes les campagnes de {story.advertiser}",
                f"Effect: {kind} P{wish.id} recorded on {at}, for every campaign of {story.advertiser}",
            )
        )
    if story.number_state == PhoneState.UNASSIGNED:
        yield Text(d.text("Effet : numéro tenu pour non attribué", "Effect: the number is held to be nobody's"))
    for complaint in story.complaints:
        yield Text(d.text(f"Plainte {complaint.reference}", f"Complaint {complaint.reference}"))
    if story.candidate:
        state, due = in_words(story.candidate.state, d.language), story.candidate.due_at
        again = d.text(f", à redemander le {local(due)}", f", due again on {local(due)}") if due else ""
        yield Text(d.text(f"Aujourd'hui dans la campagne : {state}{again}", f"In the campaign today: {state}{again}"))


def _chain(d: Desk, story: CallStory) -> Iterator[Text]:
    """Where the tamper-evident log tells of it."""
    if story.entries:
        rows = ", ".join(
            f"{entry.seq} ({step_in_words(entry.body.get('state') or entry.kind, d.language)})"
            for entry in story.entries
        )
        yield Text(d.text(f"Journal scellé, lignes {rows}", f"Tamper-evident log, rows {rows}"), style="dim")
