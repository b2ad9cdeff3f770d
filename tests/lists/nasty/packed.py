"""Archives and workbooks as they really arrive, and worse."""

from __future__ import annotations

import gzip
import io
import zipfile

from tests.lists.nasty.books import ods, xlsx, zipped
from tests.lists.nasty.recipe import Nasty, Refused, Taken
from tests.lists.nasty.texts import GOOD

ZOE = Taken([2], cells={(0, 1): "Zoé"})
LIST = [["Tél", "Nom"], ["0639980001", "Zoé"]]
BOOK = xlsx({"Liste": LIST})
OLD_BOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _in(member: str) -> Taken:
    return Taken([2], cells={(0, 1): "Zoé"}, dialect={"member": member})


def _locked() -> bytes:
    """A zip that says that its member is behind a password: bit 0 of both its headers."""
    packed = bytearray(zipped({"liste.csv": GOOD}))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


def _lying() -> bytes:
    """A zip whose directory says that four kilobytes of the list are one."""
    packed = bytearray(zipped({"liste.csv": GOOD * 200}))
    at = packed.index(b"PK\x01\x02") + 24
    packed[at : at + 4] = (1024).to_bytes(4, "little")
    return bytes(packed)


def _twice() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/", "")
        archive.writestr("a/liste.csv", GOOD)
        archive.writestr("b/liste.CSV", GOOD)
    return packed.getvalue()


ARCHIVES = (
    Nasty("gzip", gzip.compress(GOOD.encode()), _in("liste.csv"), "liste.csv.gz"),
    Nasty("gzip in two streams", gzip.compress(b"T\xc3\xa9l;Nom\n") + gzip.compress(b"06;A\n"), Taken([2])),
    Nasty("gzip under another name", gzip.compress(GOOD.encode()), ZOE),
    Nasty("gzip of a workbook", gzip.compress(BOOK), ZOE, "liste.xlsx.gz"),
    Nasty("gzip cut off", gzip.compress(GOOD.encode())[:-12], Refused("archive-unreadable", "damaged")),
    Nasty("gzip of nothing", gzip.compress(b""), Refused("file-empty", "nothing")),
    Nasty("gzip with garbage behind", gzip.compress(b"a") + b"garbage", Refused("archive-unreadable", "damaged")),
    Nasty("no more than the start of a gzip", b"\x1f\x8b\x08abc", Refused("archive-unreadable", "damaged")),
    Nasty("zip", zipped({"liste.csv": GOOD}), _in("liste.csv"), "liste.zip"),
    Nasty("zip with litter", zipped({"__MACOSX/._liste.csv": b"\0", "liste.csv": GOOD, ".DS_Store": b"\0"}), ZOE),
    Nasty("zip with a note beside the list", zipped({"lisez-moi.pdf": "x", "liste.csv": GOOD}), ZOE),
    Nasty("zip of a file without suffix", zipped({"export": GOOD}), _in("export")),
    Nasty("zip of a workbook", zipped({"liste.xlsx": BOOK}), _in("liste.xlsx")),
    Nasty("zip of two lists", _twice, Refused("archive-ambiguous", "“a/liste.csv”, “b/liste.CSV”")),
    Nasty("zip of nothing", zipped({}), Refused("archive-unreadable", "no file")),
    Nasty("zip of a zip", zipped({"liste.zip": zipped({"liste.csv": GOOD})}), Refused("archive-unreadable", "another")),
    Nasty("zip that points out of itself", zipped({"../../etc/liste.csv": GOOD}), _in("liste.csv")),
    Nasty("zip behind a password", _locked, Refused("file-encrypted", "password")),
    Nasty("zip that lies about its size", _lying, Refused("archive-unreadable", "damaged")),
    Nasty("zip cut off", zipped({"liste.csv": GOOD})[:-30], Refused("archive-unreadable", "damaged")),
    Nasty("no more than the start of a zip", b"PK\x03\x04" + bytes(40), Refused("archive-unreadable", "damaged")),
)

TYPED = [
    ["Tél", "SIRET", "Né le", "Vu le", "Durée", "Client", "Solde", "Réf", "Vide"],
    [612345678.0, 73282932000074.0, (46000, "date"), (46000.5, "instant"), (1.5, "duration"), True, -12.5, 1e16, None],
]
WORDS = ["612345678", "73282932000074", "2025-12-09", "2025-12-09T12:00:00", "36:00:00", "true", "-12.5", "1e+16"]

WORKBOOKS = (
    Nasty("workbook", BOOK, Taken([2], dialect={"sheet": "Liste", "delimiter": ""}), "liste.xlsx"),
    Nasty("workbook under another name", BOOK, ZOE),
    Nasty("OpenDocument", ods(LIST), ZOE, "liste.ods"),
    Nasty(
        "typed cells",
        xlsx({"Liste": TYPED}),
        Taken([2], cells={(0, place): word.replace("T", " ") for place, word in enumerate(WORDS)} | {(0, 8): ""}),
    ),
    Nasty("workbook of nothing", xlsx({"Liste": []}), Refused("file-empty", "“Liste” holds nothing")),
    Nasty("workbook of a header", xlsx({"Liste": [["Tél", "Nom"]]}), Refused("file-empty", "only a header line")),
    Nasty("workbook without any sheet", xlsx({}), Refused("file-empty", "no sheet")),
    Nasty("blank rows in a sheet", xlsx({"Liste": [[], ["Tél"], [], ["06"], ["\xa0"], ["07"]]}), Taken([4, 6])),
    Nasty(
        "merged header",
        xlsx({"Liste": [["Tél", None, "Nom"], ["06", "07", "A"]]}, merged="A1:B1"),
        Taken([2], headers=("Tél", "(2)", "Nom"), cells={(0, 1): "07"}),
    ),
    Nasty(
        "columns that are only formatted",
        xlsx({"Liste": [["Tél", "Nom", ""], ["06", "A", " "]]}),
        Taken([2], headers=("Tél", "Nom")),
    ),
    Nasty("a legend beside the list", xlsx({"Légende": [["Rouge", "à rappeler"]], "Liste": LIST}), ZOE),
    Nasty(
        "a hidden list beside the list",
        xlsx({"Ancien": LIST, "Liste": LIST}, hidden=["Ancien"]),
        Refused("sheet-ambiguous", "“Ancien” (2, hidden), “Liste” (2)"),
    ),
    Nasty(
        "a hidden list beside something else",
        xlsx({"Ancien": LIST, "Liste": [["x"]]}, hidden=["Ancien"]),
        Refused("sheet-ambiguous", "“Ancien” (2, hidden), “Liste” (1)"),
    ),
    Nasty(
        "a hidden legend beside the list",
        xlsx({"Codes": [["Rouge", "à rappeler"]], "Liste": LIST}, hidden=["Codes"]),
        ZOE,
    ),
    Nasty(
        "errors of Excel",
        xlsx({"Liste": [["Tél", "Nom"], [], [("#N/A", "error"), "A"], ["06", ("#REF!", "error")]]}),
        Taken([3, 4], cells={(0, 0): "#N/A", (0, 1): "A", (1, 0): "06", (1, 1): "#REF!"}),
    ),
    Nasty(
        "formulas with their values",
        xlsx(
            {"Liste": [["Tél", "Nom"], ["06", ("<f>1+1</f><v>2</v>", "formula")], ["07", ("<f>A1</f><v></v>", "text")]]}
        ),
        Taken([2, 3], cells={(0, 1): "2", (1, 1): ""}),
    ),
    *(
        Nasty(
            f"a formula that was never calculated {kind} {inner}",
            xlsx({"Liste": [["Tél", "Nom"], ["06", (inner, kind)]]}),
            Refused("workbook-unreadable", "(cell B2)"),
        )
        for inner, kind in (
            ("<f>1+1</f>", "formula"),
            ("<f>1+1</f><v/>", "formula"),
            ('<f t="shared" si="0"/><v></v>', "formula"),
            ("<f>A1</f>", "text"),
        )
    ),
    Nasty("an empty sheet before the list", xlsx({"Feuil1": [], "Liste": LIST}), ZOE),
    Nasty("two lists", xlsx({"Lyon": LIST, "Metz": LIST}), Refused("sheet-ambiguous", '--sheet "Lyon"')),
    Nasty("two sheets of which none is a list", xlsx({"A": [["x"]], "B": [["y"]]}), Refused("sheet-ambiguous", "“B”")),
    Nasty("the stated sheet", xlsx({"Lyon": [["x"]], "Metz": LIST}), ZOE, options={"sheet": "Metz"}),
    Nasty("no such sheet", BOOK, Refused("sheet-missing", "“Liste”"), options={"sheet": "Lyon"}),
    Nasty("old workbook of garbage", OLD_BOOK + b"garbage" * 99, Refused("workbook-unreadable", "cannot"), "a.xls"),
    Nasty("old workbook of zeros", OLD_BOOK + bytes(600), Refused("workbook-unreadable", "cannot"), "liste.xls"),
    Nasty(
        "workbook behind a password",
        OLD_BOOK + bytes(99) + "EncryptedPackage".encode("utf-16-le"),
        Refused("file-encrypted", "password"),
        "liste.xlsx",
    ),
    Nasty(
        "workbook without its sheet",
        zipped({"xl/workbook.xml": "<workbook/>"}),
        Refused("workbook-unreadable", "cannot"),
        "liste.xlsx",
    ),
)
