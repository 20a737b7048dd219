"""Pictures that explode (Pillow GHSA-whj4, Werkzeug CVE-2023-25577): twenty kilobytes took the memory and the time of the whole desk.

Our rule: the size is read before anything is decoded, forty million points are the most, and what is larger is kept and offered
as a download.
"""

from __future__ import annotations

import struct
import tracemalloc
import zlib

import pytest
from apiflask import APIFlask

from channels.message import Attachment as File
from hub.errors import NotFound
from hub.models import Message
from hub.services.tickets import files
from tests.incidents.files import send_files
from tests.services.steps import Office
from tests.web.visitors import sign_in


def png(width: int, height: int, rows: int) -> bytes:
    """Return a PNG that says it is so large and has some rows of it, all black, one bit a point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = zlib.compress(bytes(((width + 7) // 8 + 1) * rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def gif(frames: int) -> bytes:
    """Return a GIF of many frames."""
    frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0"
    return b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff" + frame * frames + b";"


BOMBS = {
    "13,000 by 13,000 in twenty kilobytes": png(13_000, 13_000, 13_000),
    "65,000 by 65,000 that is not there": png(65_000, 65_000, 1),
    "two thousand million by two thousand million": png(2**31 - 1, 2**31 - 1, 1),
    "a broken one": png(100, 100, 100)[:40],
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_kept_and_not_opened(office: Office, bomb: str) -> None:
    (row,) = send_files(office, File("photo.png", "image/png", BOMBS[bomb]))
    tracemalloc.start()

    with pytest.raises(NotFound, match="download it"):
        files.make_preview(office.desk, row)

    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20_000_000
    assert files.read_attachment(office.desk, row) == BOMBS[bomb]


def test_of_ten_thousand_frames_one_is_drawn(office: Office) -> None:
    (row,) = send_files(office, File("many.gif", "image/gif", gif(10_000)))

    assert len(files.make_preview(office.desk, row)) < 1000


def test_the_conversation_opens_with_a_bomb_in_it(app: APIFlask, office: Office) -> None:
    (row,) = send_files(office, File("photo.png", "image/png", BOMBS["13,000 by 13,000 in twenty kilobytes"]))
    browser = sign_in(app, office.desk, office.maria)
    message = office.desk.session.get_one(Message, row.message_id)

    page, preview = browser.get(f"/inbox/all/{message.ticket_id}"), browser.get(f"/attachments/{row.public_id}/preview")

    assert (page.status_code, preview.status_code) == (200, 404)
    assert "photo.png" in page.text
    assert "download it" in preview.text
