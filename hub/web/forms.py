"""Reading what browsers post."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import request

from channels.message import Attachment
from channels.sniff import safe_file_name, sniff
from hub.services.people.portal import MOST_BYTES, MOST_FILES
from hub.web.language import _
from hub.web.viewmodels.parts import Field


def form_id() -> UUID:
    """Return the id a page gave its form, so that sending it twice counts once; a broken one is a fresh one."""
    try:
        return UUID(request.form.get("form_id", ""))
    except ValueError:
        return uuid4()


def posted_files(name: str = "files") -> tuple[Attachment, ...]:
    """Return the files of a form that are not empty, named and typed by us."""
    found = []
    for upload in request.files.getlist(name):
        data = upload.stream.read()
        if data:
            found.append(
                Attachment(
                    safe_file_name(upload.filename or ""), sniff(data), data, declared_type=upload.mimetype or ""
                )
            )
    return tuple(found)


def photo_field(error: str = "") -> Field:
    """Return the question for photos, with what may be sent said before anybody chooses."""
    most = {"files": MOST_FILES, "size": MOST_BYTES >> 20}
    return Field(
        name="files",
        label=_("Photos or files"),
        kind="file",
        accept="image/*,video/*,application/pdf",
        hint=_("Up to %(files)s photos, short videos or PDF files, %(size)s MB together.", **most),
        error=error,
        multiple=True,
        optional=True,
        most_files=MOST_FILES,
        most_bytes=MOST_BYTES,
    )
