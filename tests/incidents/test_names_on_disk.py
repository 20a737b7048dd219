"""Names on disk (FreeScout GHSA-9ph7 and 14f17a5c, Werkzeug CON and AUX): a file's own name chose where it was written.

Our rule: storage knows files by the hash of their bytes alone. A sender's name is a word in a row, made harmless, and archives are
never unpacked.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from channels.message import Attachment as File
from channels.message import Envelope
from channels.portal import make_envelope
from hub.errors import NotFound
from hub.models import Attachment
from tests.conftest import MONDAY_MORNING
from tests.incidents.letters import AYLIN
from tests.services.steps import Office, take_in

NAMES = [
    *(
        "../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "/etc/passwd",
        "C:\\boot.ini",
        "%2e%2e%2fpasswd",
        "....//....//x",
    ),
    *(
        "CON",
        "AUX.txt",
        "nul",
        "COM1.png",
        ".htaccess",
        ".env",
        "a\0b.png",
        "a\r\nSet-Cookie: x=y",
        "photo.png.",
        "photo ",
    ),
    *(
        "\u202egnp.exe",
        "x" * 1000 + ".png",
        "a/b/c",
        "-rf",
        "$(touch x)",
        "`id`.png",
        "|id",
        "é\u0301.png",
        "",
        "~",
        ".",
    ),
]


def with_file(name: str) -> Envelope:
    file = File(name, "image/png", uuid4().bytes)
    return make_envelope(
        form_id=uuid4(), received_at=MONDAY_MORNING, text="See", source="form", email=AYLIN, files=[file]
    )


def test_storage_holds_names_of_its_own_only(office: Office) -> None:
    root = Path(office.desk.settings.attachments_place)
    before = set(root.parent.rglob("*"))

    messages = take_in(office.desk, *map(with_file, NAMES))

    new = {path for path in set(root.parent.rglob("*")) - before if path.is_file()}
    assert len(messages) == len(NAMES)
    assert len(new) == len(NAMES)
    assert all(re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}", str(path.relative_to(root))) for path in new)


def test_names_are_shown_without_what_could_lead_astray(office: Office) -> None:
    take_in(office.desk, *map(with_file, NAMES))

    shown = office.desk.session.scalars(select(Attachment.name)).all()
    assert len(shown) == len(NAMES)
    assert [
        each
        for each in shown
        if not each or len(each) > 255 or set(each) & set("/\\\0\r\n\u202e") or each in {".", ".."}
    ] == []


@pytest.mark.parametrize(
    "name", ["../secret_key", "..%2fsecret_key", "", "a" * 63, "A" * 64, "0" * 64 + "/..", "." * 64]
)
def test_nothing_but_a_hash_is_read(office: Office, name: str) -> None:
    with pytest.raises(NotFound):
        office.desk.storage.get(name)


def test_an_archive_is_kept_as_it_is(office: Office) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../slip.txt", "slipped")
    root = Path(office.desk.settings.attachments_place)
    file = File("files.zip", "application/zip", packed.getvalue())

    take_in(
        office.desk,
        make_envelope(
            form_id=uuid4(), received_at=MONDAY_MORNING, text="See", source="form", email=AYLIN, files=[file]
        ),
    )

    (row,) = office.desk.session.scalars(select(Attachment))
    assert office.desk.storage.get(row.sha256) == packed.getvalue()
    assert list(root.parent.rglob("slip.txt")) == []
