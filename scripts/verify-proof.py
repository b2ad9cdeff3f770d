#!/usr/bin/env python3
"""Vérifie hors ligne une preuve (fichier) ou un dossier exporté (chain.jsonl, seals/, seal.pub) du journal d'appels.
Verifies offline a proof (a file) or an exported folder (chain.jsonl, seals/, seal.pub) of the call log.

    python3 verify-proof.py [--key seal.pub] proof-….json | FOLDER

Python 3.9 or newer, its standard library, and nothing else; formats: docs/verification.md. Exit 0: proved; 1: not.
--key: la clé publique reçue par une autre voie ; sans elle, comparer l'empreinte affichée.
--key: the public key received by another way; without it, compare the fingerprint that is printed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from pathlib import Path

# --- Ed25519: the reference arithmetic of RFC 8032, section 6; slow and plain on purpose

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, p):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, p)
        p, number = add(p, p), number >> 1
    return result


def same(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def x_of(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def point(data):
    number = int.from_bytes(data, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    x = x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signed(public, signature, message):
    """RFC 8032, 5.1.7."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = point(public), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return same(times(s, BASE), add(r, times(h, a)))


# --- the Merkle tree: RFC 6962, section 2.1


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf(data):
    return sha256(b"\0" + data)


def root_of(leaves):
    level = list(leaves)
    while len(level) > 1:
        pairs = [sha256(b"\x01" + level[i] + level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) & ~1 :]
    return level[0] if level else sha256(b"")


def root_by_path(size, index, found, path):
    """The root to which a path leads (RFC 9162, 2.1.3.2); None for a path that fits no such tree."""
    last = size - 1
    if not 0 <= index <= last:
        return None
    for sibling in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            found = sha256(b"\x01" + sibling + found)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = sha256(b"\x01" + found + sibling)
        index, last = index >> 1, last >> 1
    return found if last == 0 else None


# --- the files of the log

SIGNED = ("number", "chain", "first", "last", "root", "head", "previous", "at", "key")
OF_THE_LOG = r"chain\.jsonl|seal[^/]*\.pub|seals/(\.lock|[^/]*\.json)"
"""Files of a folder that are proved by themselves, without a list."""
PEM_OF_ED25519 = bytes.fromhex("302a300506032b6570032100")


class Broken(Exception):
    """What does not hold, in French and in English."""


def canonical(value):
    """RFC 8785, for texts and whole numbers, which is all there is here."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def key_of(pem):
    text = "".join(line for line in pem.splitlines() if line and not line.startswith("-----"))
    der = base64.b64decode(text, validate=True)
    if len(der) != 44 or der[:12] != PEM_OF_ED25519:
        raise Broken("clé publique illisible", "unreadable public key")
    return der[12:].hex()


def statement_of(seal):
    return canonical({"format": "dialer-seal/1", **{name: seal[name] for name in SIGNED}})


def check_seal(seal, keys):
    number = seal["number"]
    if seal["format"] != "dialer-seal/1":
        raise Broken(f"scellé {number} : format inconnu", f"seal {number}: unknown format")
    if seal["key"] not in keys:
        raise Broken(f"scellé {number} : signé d'une autre clé", f"seal {number}: signed with another key")
    if not signed(bytes.fromhex(seal["key"]), bytes.fromhex(seal["signature"]), statement_of(seal)):
        raise Broken(f"scellé {number} : signature fausse", f"seal {number}: false signature")
    say(
        f"scellé {number} : signature juste, du {seal['at']}, lignes {seal['first']} à {seal['last']}",
        f"seal {number}: signature right, of {seal['at']}, rows {seal['first']} to {seal['last']}",
    )
    if seal.get("timestamp"):
        say(
            f"scellé {number} : porte un horodatage de {seal['authority']} (à vérifier avec openssl ts)",
            f"seal {number}: bears a timestamp of {seal['authority']} (verify it with openssl ts)",
        )


def check_proof(plain, keys):
    if plain["format"] != "dialer-proof/1" or not plain["rows"]:
        raise Broken("ce fichier n'est pas une preuve", "this file is no proof")
    seals = {seal["number"]: seal for seal in plain["seals"]}
    for seal in seals.values():
        check_seal(seal, keys)
    for each in plain["rows"]:
        text, row, seal = each["row"].encode(), json.loads(each["row"]), seals[each["seal"]]
        seq = row["seq"]
        found = root_by_path(
            seal["last"] - seal["first"] + 1, seq - seal["first"], leaf(text), map(bytes.fromhex, each["path"])
        )
        if canonical(row) != text or found is None or found.hex() != seal["root"]:
            raise Broken(
                f"ligne {seq} : n'est pas dans le scellé {seal['number']}", f"row {seq}: not in seal {seal['number']}"
            )
        say(f"ligne {seq} : dans le scellé {seal['number']} ; {row['at']}", f"row {seq}: in seal {seal['number']}")
        print(f"    {row['kind']} {row['body']}")
    if "decision" in plain:
        check_decision(plain)


def check_decision(plain):
    """The stored decision is the one whose hash a proved row holds."""
    digest, number = hashlib.sha256(plain["decision"]["stored"].encode()).hexdigest(), plain["decision"]["id"]
    bodies = [json.loads(json.loads(each["row"])["body"]) for each in plain["rows"]]
    if not any(body.get("decision") == number and body.get("sha256") == digest for body in bodies):
        raise Broken(f"décision {number} : autre que l'inscrite", f"decision {number}: not the one on record")
    say(f"décision {number} : telle qu'inscrite", f"decision {number}: as recorded")


def check_folder(folder, keys):
    rows = read_rows(folder / "chain.jsonl")
    seals = sorted(
        (json.loads(path.read_text("utf-8")) for path in (folder / "seals").glob("*.json")),
        key=lambda seal: seal["number"],
    )
    covered, seals_by_number = set(), {seal["number"]: seal for seal in seals}
    for seal in seals:
        check_seal(seal, keys)
        before = seals_by_number.get(seal["number"] - 1)
        if before and seal["previous"] != hashlib.sha256(statement_of(before)).hexdigest():
            raise Broken(
                f"scellé {seal['number']} : ne suit pas le précédent", f"seal {seal['number']}: does not follow"
            )
    lost = {number for row in rows.values() if row["kind"] == "restored" for number in json.loads(row["body"])["seals"]}
    for seal in seals:
        covered |= check_span(seal, rows, lost)
    if loose := len(rows) - len(covered):
        print(f"  !!  {loose} lignes qu'aucun scellé ne couvre ici : non prouvées")
        print(f"      {loose} rows that no seal covers here: not proved")
    if not covered:
        raise Broken("aucune ligne n'est couverte par un scellé", "no row is covered by a seal")
    say(f"{len(covered)} lignes prouvées", f"{len(covered)} rows proved")
    check_manifest(folder, keys, seals_by_number)


def check_manifest(folder, keys, seals):
    """Every file as the enclosed list says, and the list as the log says that the files were handed over by."""
    manifest, proof = folder / "MANIFEST.sha256", folder / "manifest-proof.json"
    here = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    if not manifest.is_file():
        other = sorted(name for name in here if not re.fullmatch(OF_THE_LOG, name))
        if other:
            raise Broken(f"{other[0]} : sans MANIFEST.sha256, rien ne le prouve", f"{other[0]}: nothing proves it")
        return
    lines = manifest.read_text("utf-8").splitlines()
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    for name in sorted((listed.keys() | here.keys()) - {manifest.name, proof.name}):
        if name not in listed or name not in here:
            raise Broken(f"{name} : absent du dossier ou de sa liste", f"{name}: not in the folder or not in its list")
        if hashlib.sha256(here[name].read_bytes()).hexdigest() != listed[name]:
            raise Broken(f"{name} : autre que sa liste le dit", f"{name}: not as its list says")
    told = hashlib.sha256(manifest.read_bytes()).hexdigest()
    if not proof.is_file():
        raise Broken(
            f"sans {proof.name}, rien ne prouve la liste ; demander au journal d'origine son empreinte, {told}",
            f"without {proof.name} nothing proves the list; ask the original log for its digest, {told}",
        )
    seq = check_hand_over(json.loads(proof.read_text("utf-8")), keys, seals, told)
    say(
        f"{len(listed)} fichiers sont ceux de la remise inscrite à la ligne {seq}",
        f"{len(listed)} files are those of the hand-over that row {seq} tells of",
    )


def check_hand_over(plain, keys, seals, manifest):
    """The row of the log, proved by a later seal of the same log, that names this list; its number."""
    check_proof(plain, keys)
    for seal in plain["seals"]:
        before = seals.get(seal["number"] - 1)
        follows = not before or seal["previous"] == hashlib.sha256(statement_of(before)).hexdigest()
        if not follows or any(seal["chain"] != other["chain"] for other in seals.values()):
            raise Broken(
                f"scellé {seal['number']} : pas du même journal", f"seal {seal['number']}: not of the same log"
            )
    for row in (json.loads(each["row"]) for each in plain["rows"]):
        if row["kind"] == "exported" and json.loads(row["body"])["manifest"] == manifest:
            return row["seq"]
    raise Broken("MANIFEST.sha256 : autre que l'inscrit au journal", "MANIFEST.sha256: not the one on record")


def check_span(seal, rows, lost):
    """The rows of a seal that is here whole; of one of which rows are missing, nothing is proved."""
    number, span = seal["number"], range(seal["first"], seal["last"] + 1)
    here = [seq for seq in span if seq in rows]
    if number in lost:
        say(f"scellé {number} : témoin de lignes perdues", f"seal {number}: witness of rows that were lost")
        return set()
    if len(here) < len(span):
        if here or seal["last"] > max(rows, default=0):
            raise Broken(f"scellé {number} : des lignes manquent", f"seal {number}: rows are missing")
        return set()
    root = root_of([leaf(canonical(envelope(rows[seq]))) for seq in span])
    if root.hex() != seal["root"] or rows[seal["last"]]["sha256"] != seal["head"]:
        raise Broken(f"scellé {number} : les lignes sont autres", f"seal {number}: the rows are others")
    return set(span)


def envelope(row):
    return {name: row[name] for name in ("seq", "at", "kind", "body", "previous")}


def read_rows(path):
    """The rows by their numbers; each holds by itself, and follows the one before where that is here."""
    rows = {}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        before = rows.get(row["seq"] - 1)
        if hashlib.sha256(canonical(envelope(row))).hexdigest() != row["sha256"]:
            raise Broken(f"ligne {row['seq']} : altérée", f"row {row['seq']}: altered")
        if row["seq"] in rows or (before and before["sha256"] != row["previous"]):
            raise Broken(f"ligne {row['seq']} : ne suit pas", f"row {row['seq']}: does not follow")
        rows[row["seq"]] = row
    return rows


def say(french, english):
    print(f"  ok  {french}\n      {english}")


def keys_for(target, given):
    if given:
        return {key_of(given.read_text("ascii"))}
    pems = [path.read_text("ascii") for path in sorted(target.glob("seal*.pub"))] if target.is_dir() else []
    if not target.is_dir():
        pems = json.loads(target.read_text("utf-8"))["public_keys"]
    keys = {key_of(pem) for pem in pems}
    for key in keys:
        print(f"  !!  clé publique jointe, à comparer par une autre voie : {key}")
        print(f"      public key enclosed, compare it by another way: {key}")
    return keys


def main(words):
    given = Path(words.pop(words.index("--key") + 1)) if "--key" in words[:-1] else None
    words = [word for word in words if word != "--key"]
    if len(words) != 1:
        print(__doc__)
        return 2
    target = Path(words[0])
    try:
        keys = keys_for(target, given)
        if target.is_dir():
            check_folder(target, keys)
        else:
            check_proof(json.loads(target.read_text("utf-8")), keys)
    except Broken as fault:
        print(f"NON PROUVÉ : {fault.args[0]}\nNOT PROVED: {fault.args[1]}")
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        print(f"NON PROUVÉ : fichier illisible ({fault!r})\nNOT PROVED: unreadable file")
        return 1
    print("PROUVÉ : les lignes scellées du journal n'ont pas été changées.")
    print("PROVED: the sealed rows of the log were not changed.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
