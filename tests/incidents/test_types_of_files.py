"""Types of files (Request Tracker CVE-2022-25802, osTicket 33ed106b, FreeScout .pht): a file ran as a page of the desk.

Our rule: what a file is, its bytes say, never its name or sender. Files are downloads in a sandbox; only pictures that we have
drawn anew are shown, as WebP.
"""

from __future__ import annotations

import io

from apiflask import APIFlask
from PIL import Image

from channels.message import Attachment as File
from tests.factories import make_contact
from tests.incidents.files import send_files
from tests.incidents.letters import AYLIN
from tests.services.steps import Office
from tests.web.visitors import sign_in

SCRIPT = b"<script>fetch('//canary.example')</script>"
HOSTILE = {
    "page.html": b"<!doctype html><html>" + SCRIPT,
    "page.xhtml": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="fetch(1)">' + SCRIPT + b"</svg>",
    "feed.xml": b'<?xml version="1.0"?><a>' + SCRIPT + b"</a>",
    "letter.pdf": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
    "saved.mht": b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + SCRIPT,
    "both.gif": b"GIF89a=0;" + SCRIPT,
    "script.js": b"fetch('//canary.example')",
}
MIXES = [
    ("", ""),
    ("photo.png", "image/png"),
    ("photo.jpg", "text/html"),
    ("index.html", "text/html"),
    ("x.svg", "image/svg+xml"),
    ("notes.txt", "text/plain"),
    ("page.pht", "application/x-httpd-php"),
    ("a", "application/xhtml+xml"),
]


def test_a_file_of_any_name_and_type_is_a_download_in_a_sandbox(app: APIFlask, office: Office) -> None:
    kinds = [
        File(name or own, declared or "application/octet-stream", data, declared_type=declared)
        for own, data in HOSTILE.items()
        for name, declared in MIXES
    ]
    person = make_contact(office.desk, office.company, email=AYLIN)
    rows = [
        each for at in range(0, len(kinds), 16) for each in send_files(office, *kinds[at : at + 16], contact=person)
    ]
    browser = sign_in(app, office.desk, office.maria)

    assert len(rows) == len(HOSTILE) * len(MIXES)
    for row in rows:
        answer = browser.get(f"/attachments/{row.public_id}")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment;"), row.name
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert browser.get(f"/attachments/{row.public_id}/preview").status_code == 404, row.name


def test_a_picture_is_shown_as_we_have_drawn_it(app: APIFlask, office: Office) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(drawn, "PNG", pnginfo=None)
    (row,) = send_files(office, File("photo.png", "image/png", drawn.getvalue() + SCRIPT))

    answer = sign_in(app, office.desk, office.maria).get(f"/attachments/{row.public_id}/preview")

    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert SCRIPT not in answer.data
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
