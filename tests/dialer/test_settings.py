"""A folder's settings: what is wrong is told in one line that names the file, the key and what is wanted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dialer.errors import SettingsRefused
from dialer.plan import load_plan
from dialer.settings import TrunkKind, load_settings


def edited(path: Path, old: str, new: str) -> Path:
    text = path.read_text("utf-8")
    assert old in text, "the sample no longer says this"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def one_line(refusal: pytest.ExceptionInfo[SettingsRefused], *wanted: str) -> None:
    for told in (str(refusal.value), refusal.value.message_fr):
        assert "\n" not in told
        assert all(word in told for word in wanted), told


def test_the_sample_is_accepted(folder: Path) -> None:
    settings = load_settings(folder / "dialer.toml")
    assert settings.folder == folder
    assert settings.database_url == f"sqlite:///{folder / 'dialer.db'}"
    assert settings.keys_folder == folder / "keys"
    assert settings.trunk("boucle").kind is TrunkKind.LOOPBACK
    assert settings.trunk("boucle").proven_numbers() == {"+33162000001", "+33424000002"}
    assert settings.advertiser("fibre-horizon").name == "Fibre Horizon"
    assert set(settings.notices_by_id()) == {"FH-2026-01", "FH-2025-09", "AUTRE-2026"}


BAD_SETTINGS = [
    ("[[advertisers]]", "[[advertiser]]", "advertiser"),
    ("ring_guard_seconds = 30", "ring_gard_seconds = 30", "ring_gard_seconds"),
    ("ring_guard_seconds = 30", "ring_guard_seconds = -1", "ring_guard_seconds"),
    ("ring_guard_seconds = 30", 'ring_guard_seconds = "soon"', "ring_guard_seconds"),
    ('caller = "contact-ouest"', "", "caller"),
    ('kind = "loopback"', 'kind = "pigeon"', "trunks.0.kind"),
    ('id = "FH-2025-09"', 'id = "FH-2026-01"', "notices"),
    ("port = 5070", "port = 70000", "trunks.0.port"),
    ("channels = 24", "channels = 0", "trunks.0.channels"),
    ("channels = 24", "chanels = 24", "trunks.0.chanels"),
    ("starts_per_second = 3", "starts_per_second = 0", "trunks.0.starts_per_second"),
    ('number = "+33162000001"', 'number = "01 62 00 00 01"', "trunks.0.caller_ids.0.number"),
    ('proof = "preuves/attestation-npv-0162000001.pdf"', "", "trunks.0.caller_ids.0.proof"),
    ("reviewed_on = 2026-09-01", 'reviewed_on = "yesterday"', "trunks.0.caller_ids.0.reviewed_on"),
    ('sectors = ["telecom"]', 'sectors = ["telecoms"]', "notices.0.sectors"),
    ('items = ["identity", ', 'items = ["identy", ', "notices.0.items.0"),
    ("period_days = 365", "period_days = 400", "notices.0.period_days"),
]


@pytest.mark.parametrize(("old", "new", "key"), BAD_SETTINGS, ids=[f"{case[2]}: {case[1]}" for case in BAD_SETTINGS])
def test_a_bad_setting_is_named(folder: Path, old: str, new: str, key: str) -> None:
    path = edited(folder / "dialer.toml", old, new)
    with pytest.raises(SettingsRefused) as refusal:
        load_settings(path)
    one_line(refusal, str(path), key)


KNOWN_CODECS = "'PCMA', 'PCMU', 'G722', 'speex'"


@pytest.mark.parametrize(
    ("line", "english", "french"),
    [
        (
            'codecs = ["XYZ"]',
            f"trunks.0.codecs.0: 'XYZ' is none of {KNOWN_CODECS} or 'opus'",
            f"trunks.0.codecs.0: 'XYZ' n'est pas parmi {KNOWN_CODECS} ou 'opus'",
        ),
        (
            'codecs = "PCMA"',
            "trunks.0.codecs: write a list, in brackets",
            "trunks.0.codecs: écrire une liste, entre crochets",
        ),
        ("codecs = []", "trunks.0.codecs: at least 1 wanted", "trunks.0.codecs: il en faut au moins 1"),
        (
            "expires_seconds = 5",
            "trunks.0.expires_seconds: 5 is too little: at least 60",
            "trunks.0.expires_seconds: 5 est trop peu : au moins 60",
        ),
        (
            "codec = 1",
            "trunks.0.codec: is no key here; correct or remove it",
            "trunks.0.codec: cette clé n'existe pas ici ; la corriger ou l'ôter",
        ),
        (
            "registration = true",
            "trunks.0: registration = true needs a username",
            "trunks.0: registration = true demande un username ; l'ajouter",
        ),
        (
            'srtp = "required"',
            "trunks.0: the loopback carrier takes plain UDP only: no transport, proxies, username or srtp",
            "trunks.0: l'opérateur de bouclage ne prend que l'UDP simple : ni transport, ni proxies, ni username, "
            "ni srtp",
        ),
        (
            'proxies = ["sbc"]',
            "trunks.0.proxies: 'sbc' is no proxy; write host:port",
            "trunks.0.proxies: 'sbc' n'est pas un proxy ; écrire hôte:port",
        ),
        (
            'codecs = ["PCMA", "PCMA"]',
            "trunks.0.codecs: PCMA stands twice; remove one",
            "trunks.0.codecs: PCMA figure deux fois ; en ôter un",
        ),
    ],
)
def test_a_fault_is_told_once_and_in_the_readers_language(folder: Path, line: str, english: str, french: str) -> None:
    path = edited(folder / "dialer.toml", 'kind = "loopback"', f'kind = "loopback"\n{line}')
    with pytest.raises(SettingsRefused) as refusal:
        load_settings(path)
    assert str(refusal.value) == f"{path}: correct {english}"
    assert refusal.value.message_fr == f"{path} : corriger {french}"


@pytest.mark.parametrize(
    "lines",
    [
        'transport = "tls"',
        'tls_ca_file = "ca.pem"',
        'transport = "tls"\nport = 5061\ntls_ca_file = "ca.pem"\ntls_verify = false',
        'username = "a b"\npassword_file = "p"',
        'username = "alice"',
        'password_file = "p"',
        'proxies = ["one:5060", "one:5060"]',
    ],
)
def test_whatever_contradicts_itself_in_a_trunk_is_told_in_two_languages(folder: Path, lines: str) -> None:
    path = folder / "dialer.toml"
    trunk = f'[[trunks]]\nname = "operateur"\nkind = "sip"\nhost = "192.0.2.1"\n{lines}\n'
    path.write_text(f"{path.read_text('utf-8')}\n{trunk}", "utf-8")
    with pytest.raises(SettingsRefused) as refusal:
        load_settings(path)
    english, french = str(refusal.value), refusal.value.message_fr
    assert english.startswith(f"{path}: correct trunks.2")
    assert english.partition("trunks.2")[2] != french.partition("trunks.2")[2]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"", "caller"),
        (b"language = ", "TOML"),
        ("caller = 'Société'".encode("latin-1"), "UTF-8"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
    ids=["empty", "cut off", "in Latin-1", "binary"],
)
def test_a_file_that_holds_no_settings_is_told(tmp_path: Path, content: bytes, wanted: str) -> None:
    path = tmp_path / "dialer.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsRefused) as refusal:
        load_settings(path)
    one_line(refusal, str(path), wanted)


def test_a_missing_file_and_a_folder_are_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="dialer init"):
        load_settings(tmp_path / "dialer.toml")
    with pytest.raises(SettingsRefused, match="cannot be read"):
        load_settings(tmp_path)


def test_the_environment_wins_over_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALER_DATABASE", "postgresql+psycopg://dialer@db/dialer")
    monkeypatch.setenv("DIALER_RING_GUARD_SECONDS", "45")
    settings = load_settings(folder / "dialer.toml")
    assert settings.database_url == "postgresql+psycopg://dialer@db/dialer"
    assert settings.ring_guard_seconds == 45


@pytest.mark.parametrize(
    ("name", "value"),
    [("RING_GUARD_SECONDS", "soon"), ("ADVERTISERS", "{}"), ("TRUNKS", "[not json"), ("TRUNKS", '[{"name": 1}]')],
)
def test_a_bad_value_in_the_environment_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"DIALER_{name}", value)
    with pytest.raises(SettingsRefused) as refusal:
        load_settings(folder / "dialer.toml")
    one_line(refusal, name.lower())


def test_other_variables_of_ours_do_no_harm(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALER_CONFIG", "elsewhere.toml")
    assert load_settings(folder / "dialer.toml").caller == "contact-ouest"


def test_an_absolute_database_path_stays(folder: Path, tmp_path: Path) -> None:
    path = edited(folder / "dialer.toml", "sqlite:///dialer.db", f"sqlite:///{tmp_path}/x.db")
    assert load_settings(path).database_url == f"sqlite:///{tmp_path}/x.db"


@pytest.mark.parametrize("what", ["trunk", "advertiser"])
def test_an_unknown_name_is_told_with_those_there_are(folder: Path, what: str) -> None:
    settings = load_settings(folder / "dialer.toml")
    with pytest.raises(SettingsRefused) as refusal:
        getattr(settings, what)("nobody")
    one_line(refusal, "'nobody'", {"trunk": "'boucle'", "advertiser": "'fibre-horizon'"}[what])


def test_the_sample_campaign_is_accepted_and_its_audio_is_found_from_anywhere(folder: Path) -> None:
    plan = load_plan(folder / "campaign.toml")
    script = plan.spoken()
    assert script.opening == folder / "prompts" / "opening.wav"
    assert (script.opt_out_digit, plan.ring_timeout, plan.max_talk) == (
        "9",
        timedelta(seconds=6),
        timedelta(seconds=60),
    )


BAD_PLANS = [
    ('name = "Fibre novembre"', "", "name"),
    ('sector = "telecom"', 'sector = "télécom"', "sector"),
    ('system = "ai-agent"', 'system = "robot"', "system"),
    ('caller_ids = ["+33162000001", "+33424000002"]', "caller_ids = []", "caller_ids"),
    ('"+33162000001"', '"0162000001"', "caller_ids"),
    ("ring_seconds = 6", "ring_seconds = 600", "ring_seconds"),
    ("ring_seconds = 6", "ring_secs = 6", "ring_secs"),
    ('opening = "prompts/opening.wav"', "", "script.opening"),
    ('opt_out_digit = "9"', 'opt_out_digit = "99"', "script.opt_out_digit"),
    ("max_tries = 3", "max_tries = 5", "retry.max_tries"),
    ("busy = 30", "bussy = 30", "retry.after_minutes"),
    ("busy = 30", "busy = 0", "retry.after_minutes"),
    ("busy = 30", "unknown = 30", "retry.after_minutes"),
    ("busy = 30", "opted-out = 30", "retry.after_minutes"),
    ("[script]", "[scripts]", "script"),
]


@pytest.mark.parametrize(("old", "new", "key"), BAD_PLANS, ids=[f"{case[2]}: {case[1]}" for case in BAD_PLANS])
def test_a_bad_campaign_file_is_told(folder: Path, old: str, new: str, key: str) -> None:
    path = edited(folder / "campaign.toml", old, new)
    with pytest.raises(SettingsRefused) as refusal:
        load_plan(path)
    one_line(refusal, str(path), key)
