"""Rows of the bad-input catalogue: data files beside this module, and the bytes that their recipes describe.

A row has an `id` of the catalogue, `what` it is about, its input and what is `expect`ed. Octets are written as a text whose
characters are bytes, or as a recipe: a list is joined; `{"of": ..., "times": n}` repeats, with `{n}` counted where it is
`numbered`; `{"text": ..., "charset": ...}` encodes words; `{"base64": ...}` encodes octets; `{"picture": ...}` draws one;
`{"zip": ...}` packs zeros.
"""

from __future__ import annotations

import io
import json
import zipfile
from base64 import encodebytes
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

Row = dict[str, Any]
ORIENTATION, PLACE = 0x0112, 0x8825
LINE = 40
HERE = Path(__file__).parent
TYPICAL = "Authentication-Results: mx.example.org; dmarc=pass\r\n"


def read_rows(name: str) -> list[Row]:
    """Return the rows of one data file."""
    rows: list[Row] = json.loads((HERE / f"{name}.json").read_text("ascii"))
    return rows


def ids(rows: list[Row]) -> list[str]:
    """Return the names of rows, for reports."""
    return [row["id"] for row in rows]


def octets(recipe: Any) -> bytes:
    """Return the bytes that a recipe describes."""
    if isinstance(recipe, str):
        return recipe.encode("latin-1")
    if isinstance(recipe, list):
        return b"".join(octets(each) for each in recipe)
    if "times" in recipe:
        piece = octets(recipe["of"])
        if not recipe.get("numbered"):
            return piece * int(recipe["times"])
        return b"".join(piece.replace(b"{n}", b"%d" % number) for number in range(recipe["times"]))
    if "charset" in recipe:
        return str(recipe["text"]).encode(recipe["charset"])
    if "base64" in recipe:
        return encodebytes(octets(recipe["base64"]))
    return pack(recipe["zip"]) if "zip" in recipe else draw(**recipe["picture"])


def draw(
    kind: str,
    width: int,
    height: int,
    frames: int = 1,
    keep: int = 0,
    mode: str = "1",
    *,
    secrets: bool = False,
    words: str = "",
) -> bytes:
    """Return a picture of a size: plain or full of words, perhaps of many frames, cut off, or with a place and a script."""
    picture = Image.new(mode, (width, height))
    for line in range(0, height, LINE) if words else ():
        ImageDraw.Draw(picture).text((4, line), words, fill="white")
    written = io.BytesIO()
    more: dict[str, Any] = {}
    if frames > 1:
        others = [Image.new(mode, (width, height), color) for color in range(1, frames)]
        more = {"save_all": True, "append_images": others}
    if secrets:
        exif = Image.Exif()
        exif[ORIENTATION] = 8
        exif.get_ifd(PLACE)[1] = "N"
        more = {"exif": exif, "comment": b"GPS <script>alert(1)</script>"}
    picture.save(written, kind, **more)
    return written.getvalue()[: keep or None]


def pack(members: dict[str, int]) -> bytes:
    """Return an archive of members that hold so many zeros, the same whenever it is asked for."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, size in members.items():
            archive.writestr(zipfile.ZipInfo(name), bytes(size), zipfile.ZIP_DEFLATED)
    return written.getvalue()


def address_of(row: Row) -> str:
    """Return the address that a row's mail comes from where it does not matter."""
    return f"{row['id'].lower()}@example.com"


def write_mail(row: Row) -> bytes:
    """Return the mail of a row: what it says, and of everything else what an ordinary mail that our server vouches for has."""
    if "raw" in row:
        return octets(row["raw"])
    head = [octets(each) for each in row.get("head", ())]
    body = octets(row.get("body", "Hello"))
    if "html" in row:
        head += [b"MIME-Version: 1.0", b"Content-Type: text/html; charset=utf-8"]
        body = b"<p>Before</p>" + octets(row["html"]) + b"<p>After</p>"
    if "files" in row:
        head += [b"MIME-Version: 1.0", b"Content-Type: multipart/mixed; boundary=the-files"]
        body = (
            b"--the-files\r\n\r\nSee the files.\r\n" + b"".join(map(_write_part, row["files"])) + b"--the-files--\r\n"
        )
    fields = {
        b"From": row.get("sender", f"Anna <{address_of(row)}>"),
        b"To": row.get("to", "desk@example.org"),
        b"Date": row.get("date", "Mon, 16 Nov 2026 08:59:00 +0000"),
        b"Message-ID": row.get("message_id", f"<{row['id'].lower()}.mail@example.com>"),
    }
    lines = [TYPICAL.strip().encode("ascii")]
    lines += [name + b": " + octets(value) for name, value in fields.items() if value is not None]
    return b"\r\n".join(lines + head) + b"\r\n\r\n" + body


def _write_part(file: Row) -> bytes:
    """Return one file as a part of a mail; `head` gives its fields as they stand there, else a name in quotes does."""
    written = file.get("head") or ['Content-Disposition: attachment; filename="', file["name"], '"']
    kind = octets(file.get("type", "application/octet-stream"))
    data = encodebytes(octets(file.get("data", "words")))
    head = [octets(written), b"Content-Type: " + kind, b"Content-Transfer-Encoding: base64"]
    return b"--the-files\r\n" + b"\r\n".join(head) + b"\r\n\r\n" + data + b"\r\n"
