"""Text files as they really arrive, and worse."""

from __future__ import annotations

import codecs

from tests.lists.nasty.recipe import Nasty, Refused, Taken

GOOD = "Tél;Nom\n0639980001;Zoé\n"
ROWS = "Tél;Nom;Note\n0639980001;Un;\n{}0639980002;Deux;\n"


def _row(name: str, row: str, code: str, line: int, following: int) -> Nasty:
    """A row that is not taken, and its neighbours that are."""
    return Nasty(name, ROWS.format(row), Taken([2, following], [(line, code)], {(0, 1): "Un", (1, 1): "Deux"}))


def _zoe(name: str, content: bytes, found: str, /, **options: str) -> Nasty:
    return Nasty(name, content, Taken([2], cells={(0, 1): "Zoé"}, dialect={"encoding": found}), options=options)


NOTHING = (
    Nasty("no byte", b"", Refused("file-empty", "nothing")),
    Nasty("spaces", "   \t   ", Refused("file-empty", "nothing")),
    Nasty("only blank lines", " \r\n\r\n", Refused("file-empty", "nothing")),
    Nasty("only a mark", codecs.BOM_UTF8, Refused("file-empty", "nothing")),
    Nasty("only delimiters", ";;;\n;;\n", Refused("file-empty", "nothing")),
    Nasty("only a separator line", "sep=;\n\n", Refused("file-empty", "nothing")),
    Nasty("only a header", "Tél;Nom\n", Refused("file-empty", "only a header line")),
    Nasty("only a header, not ended", "Tél;Nom", Refused("file-empty", "only a header line")),
    Nasty("header and blank rows", "Tél;Nom\n;\n;\n", Refused("file-empty", "only a header line")),
)

ENCODINGS = (
    Nasty("NUL byte", GOOD.encode() + b"\0", Refused("file-undecodable", "zero character at line 3")),
    Nasty("NUL bytes in cells", b"Tel;Nom\n06\x00;A\n", Refused("file-undecodable", "line 2")),
    Nasty(
        "UTF-32",
        codecs.BOM_UTF32_LE + GOOD.encode("utf-32-le"),
        Refused("file-undecodable", "zero"),
    ),
    Nasty("UTF-16 cut in a character", codecs.BOM_UTF16_LE + b"a", Refused("file-undecodable", "utf-16")),
    Nasty("no cp1252 either", b"T\xe9l;Nom\n1;\x81\n", Refused("file-undecodable", "(line 2) is 0x81")),
    Nasty("no cp1252, after old line ends", b"T\xe9l;Nom\r1;\x81\r", Refused("file-undecodable", "(line 2) is 0x81")),
    Nasty(
        "two encodings",
        "Tél;Nom\n0639980001;Zoé\n".encode() + "0639980002;Noël\n".encode("cp1252"),
        Refused("encodings-mixed", "2 lines are in UTF-8, 1 are not (lines 3)"),
    ),
    Nasty(
        "two encodings in a line",
        b"Tel;Nom;Note\n0639980001;Zo\xe9;\xc3\xa9\n",
        Refused("encodings-mixed", "(lines 2)"),
    ),
    Nasty(
        "two encodings, one stated",
        b"Tel;Nom;Note\n0639980001;Zo\xe9;\xc3\xa9\n",
        Taken([2], cells={(0, 1): "Zoé", (0, 2): "Ã©"}),
        options={"encoding": "cp1252"},
    ),
    _zoe("UTF-16 LE without mark", GOOD.encode("utf-16-le"), "utf-16-le"),
    _zoe("UTF-16 BE without mark", GOOD.encode("utf-16-be"), "utf-16-be"),
    _zoe("cp1252", GOOD.encode("cp1252"), "cp1252"),
    _zoe("Mac", GOOD.encode("mac_roman"), "mac_roman", encoding="mac_roman"),
    _zoe("UTF-8 with mark, stated", GOOD.encode("utf-8-sig"), "utf-8", encoding="utf-8"),
    Nasty("latin-1 stated", b"Tel;Nom\n1;\x81\n", Taken([2]), options={"encoding": "latin-1"}),
    Nasty("not ASCII in capitals", "Tél;Nom\n1;CAFÉ\xa0»\n".encode("cp1252"), Taken([2], cells={(0, 1): "CAFÉ\xa0»"})),
    Nasty("mark in the middle", f"{GOOD}\ufeff0639980002;Max\n", Taken([2, 3], cells={(1, 0): "0639980002"})),
    Nasty("PDF", b"%PDF-1.7 abc", Refused("file-undecodable", "PDF")),
    Nasty("web page named .xls", "\n<HTML><table><tr><td>Tel", Refused("file-undecodable", "web page"), "liste.xls"),
    Nasty("XML", '<?xml version="1.0"?><a/>', Refused("file-undecodable", "XML")),
    Nasty("RAR", b"Rar!\x1a\x07\x00abc", Refused("file-undecodable", "RAR"), "liste.zip"),
)

HEADERS = (
    Nasty("delimiter in doubt", "a;b,c\n1;2,3\n", Refused("dialect-unreadable", "(; ,)")),
    Nasty("quote open in the header", 'Tél;"Nom\n06;A\n', Refused("dialect-unreadable", "line 1")),
    Nasty("endless header", "x" * 200_000, Refused("dialect-unreadable", "oversized")),
    Nasty(
        "header over two lines",
        '"Tél";"Date de\nconsentement"\n06;x\n',
        Taken([3], headers=("Tél", "Date de\nconsentement")),
    ),
    Nasty("header twice, two lists in one", f"{GOOD}{GOOD}", Taken([2, 3, 4], cells={(1, 0): "Tél"})),
    Nasty("long header", f"Tél;{'x' * 5_000}\n06;a\n", Taken([2], headers=("Tél", "x" * 5_000))),
    Nasty("blank headers over cells", "Tél;;\n06;a;b\n", Taken([2], headers=("Tél", "(2)", "(3)"))),
    Nasty("blank headers over nothing", "Tél;;\n06;;\n", Taken([2], headers=("Tél",))),
    Nasty("a blank header between", "Tél;;Nom\n06;;A\n", Taken([2], cells={(0, 1): "A"}, headers=("Tél", "Nom"))),
    Nasty("blank lines before the header", "\n\n ;\nTél;Nom\n06;A\n", Taken([5])),
    Nasty("too many columns", ";" * 20_000 + "a\n", Refused("dialect-unreadable", "20001 columns")),
    Nasty("separator line", "sep=|\nTél|Nom;x\n06|A\n", Taken([3], dialect={"delimiter": "|"})),
    Nasty("quoted separator line", '\ufeff"sep=,"\r\nTél,Nom\r\n06,A\r\n', Taken([3], dialect={"delimiter": ","})),
    Nasty("tab as separator line", "sep=\t\nTél\tNom\n06\tA\n", Taken([3], dialect={"delimiter": "\t"})),
    Nasty(
        "separator line against a stated delimiter",
        "sep=,\nTél;Nom\n06;A\n",
        Taken([3], dialect={"delimiter": ";"}),
        options={"delimiter": ";"},
    ),
    Nasty("a separator that parts nothing", 'sep="\nTél;Nom\n06;A\n', Refused("dialect-unreadable", "cannot be")),
    Nasty("one column", "Téléphone\n0639980001\n0639980002\n", Taken([2, 3], headers=("Téléphone",))),
    Nasty("a sheet of a text", GOOD, Refused("sheet-missing", "“Lyon”"), options={"sheet": "Lyon"}),
)

SHAPES = (
    _row("short row", "06;Court\n", "row-short", 3, 4),
    _row("one cell", "06\n", "row-short", 3, 4),
    _row("long row", "06;Long;a;b\n", "row-long", 3, 4),
    _row("one delimiter too many", "06;Long;a;\n", "row-long", 3, 4),
    _row("quote open at the start", '"06;x;a\n', "row-quoting", 3, 4),
    _row("quote open in the middle", '06;"Jamais fermé;a\n', "row-quoting", 3, 4),
    _row("quote open at the end", '06;x;"\n', "row-quoting", 3, 4),
    _row("quote closed too early", '06;"Le Phare" SARL;a\n', "row-quoting", 3, 4),
    _row("quoted row too long", '"06";"x";"a";"b"\n', "row-long", 3, 4),
    _row("quoted row too short", '"06";"x"\n', "row-short", 3, 4),
    _row("huge field", f"06;{'x' * 140_000};a\n", "row-quoting", 3, 4),
    _row("huge quoted field", f'06;"{"x" * 140_000}";a\n', "row-quoting", 3, 4),
    _row("long row over two lines", '06;"A\nB";a;b\n', "row-long", 3, 5),
    _row("after blank rows", "\n  \n;;\n06;Court\n", "row-short", 6, 7),
    Nasty(
        "quotes inside a cell",
        ROWS.format('06;L"Isle;5"\n'),
        Taken([2, 3, 4], cells={(1, 1): 'L"Isle', (1, 2): '5"'}),
    ),
    Nasty("doubled quotes", ROWS.format('06;"dit ""Zoé""";\n'), Taken([2, 3, 4], cells={(1, 1): 'dit "Zoé"'})),
    Nasty("everything quoted", '"Tél";"Nom"\n"06";"A;B"\n"07";""\n', Taken([2, 3], cells={(0, 1): "A;B"})),
    Nasty("a stray quote that finds another", 'Tél;Nom\n06;"Un\n07;Deux"\n08;c\n', Taken([2, 4], [(2, "row-quoting")])),
    Nasty("trailing delimiter everywhere", "Tél;Nom;\n06;A;\n07;B;\n", Taken([2, 3], headers=("Tél", "Nom"))),
    Nasty("quoted line break", 'Tél;Nom\n06;"A\r\nB"\n07;C\n', Taken([2, 4], cells={(0, 1): "A\nB"})),
    Nasty("old line ends", "Tél;Nom\r06;A\r07;B\r", Taken([2, 3])),
    Nasty("mixed line ends", "Tél;Nom\r\n06;A\n07;B\r08;C\r\n\n09;D", Taken([2, 3, 4, 6])),
)

CELLS = (
    Nasty("NEL in a cell", "Tél;Nom\n06;A\x85B\n", Taken([2], cells={(0, 1): "A\x85B"})),
    Nasty("line separator in a cell", "Tél;Nom\n06;A\u2028B\u2029C\n", Taken([2], cells={(0, 1): "A\u2028B\u2029C"})),
    Nasty("form feed in a cell", "Tél;Nom\n06;A\x0cB\x1cC\n", Taken([2], cells={(0, 1): "A\x0cB\x1cC"})),
    Nasty("non-breaking spaces", "Tél;Nom\n\xa006\xa0;\u202fA B\u2009\n", Taken([2], cells={(0, 1): "A B"})),
    Nasty("zero width", "Tél;Nom\n06;\u200bA\ufeff\u2060\n", Taken([2], cells={(0, 1): "A"})),
    Nasty("marks of direction", "Tél;Nom\n\u202a06\u202c;\u200fعلي\u200e\n", Taken([2], cells={(0, 1): "علي"})),
    Nasty("Arabic digits", "Tél;Nom\n٠٦٣٩٩٨٠٠٠١;A\n", Taken([2], cells={(0, 0): "٠٦٣٩٩٨٠٠٠١"})),
    Nasty("a row of unseen characters", "Tél;Nom\n\u200b;\xa0\n06;A\n", Taken([3])),
    Nasty("formulas", "Tél;Nom\n06;=cmd|' /C calc'!A0\n", Taken([2], cells={(0, 1): "=cmd|' /C calc'!A0"})),
    Nasty("emoji and rare letters", "Tél;Nom\n06;👩‍👩‍👧 Œ ǆ\n", Taken([2], cells={(0, 1): "👩‍👩‍👧 Œ ǆ"})),
    Nasty("decomposed accents", "Tél;Nom\n06;Zoe\u0301\n", Taken([2], cells={(0, 1): "Zoe\u0301"})),
)

TEXTS = (*NOTHING, *ENCODINGS, *HEADERS, *SHAPES, *CELLS)
