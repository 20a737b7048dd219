"""Attachments, message bodies and originals: served as what we know they are, never as what a sender says."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, request

from hub.services.tickets import files
from hub.web.desk import current_desk
from hub.web.guards import anybody, guarded, present_actor, present_contact
from hub.web.security import FILE_POLICY, FRAME_POLICY

attachments = guarded(Blueprint("files", __name__), anybody)
FRAME = (
    '<!doctype html><meta charset="utf-8"><base target="_blank">'
    "<style>body{{font:15px/1.5 system-ui,sans-serif;margin:0;overflow-wrap:anywhere;color-scheme:light dark}}"
    "img{{max-width:100%;height:auto}}</style>{body}"
)


@attachments.get("/attachments/<uuid:public_id>")
def attachment(public_id: UUID) -> Response:
    """Give a file to download, to whoever may see its ticket."""
    found = files.find_attachment(current_desk(), present_actor(), present_contact(), public_id)
    data = files.read_attachment(current_desk(), found)
    return download(data, found.name, found.content_type)


@attachments.get("/attachments/<uuid:public_id>/preview")
def preview(public_id: UUID) -> Response:
    """Give a picture re-encoded by us: small, without the metadata it came with."""
    desk = current_desk()
    with desk.transaction():  # a turn to draw may be long in coming, and a connection is somebody else's meanwhile
        found = files.find_attachment(desk, present_actor(), present_contact(), public_id)
    return picture(files.make_preview(desk, found, whole="whole" in request.args))


@attachments.get("/messages/<uuid:public_id>/html")
def message_html(public_id: UUID) -> Response:
    """Give the sanitised body of a mail, for a frame without scripts and with a policy of its own."""
    body = files.message_html(current_desk(), present_actor(), public_id, pictures="pictures" in request.args)
    return Response(FRAME.format(body=body), mimetype="text/html", headers={"Content-Security-Policy": FRAME_POLICY})


@attachments.get("/messages/<uuid:public_id>/pictures/<int:number>")
def outside_picture(public_id: UUID, number: int) -> Response:
    """Give a picture that a mail has somewhere else, once somebody has asked to see it."""
    return picture(files.outside_picture(current_desk(), present_actor(), public_id, number))


@attachments.get("/messages/<uuid:public_id>/original")
def original(public_id: UUID) -> Response:
    """Give a message's bytes as they arrived."""
    data = files.message_original(current_desk(), present_actor(), public_id)
    return download(data, "message.eml", "message/rfc822")


def picture(data: bytes) -> Response:
    """Return a picture of ours, which a browser may keep for a day."""
    return Response(data, mimetype="image/webp", headers={"Cache-Control": "private, max-age=86400"})


def download(data: bytes, name: str, content_type: str) -> Response:
    """Return a file to be saved, never shown: under its name, with a policy that lets nothing run."""
    ascii_name = name.encode("ascii", "replace").decode().replace('"', "_").replace("\\", "_")
    disposition = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {
        "Content-Disposition": disposition,
        "Content-Security-Policy": FILE_POLICY,
        "Cache-Control": "private, no-store",
    }
    return Response(data, content_type=content_type, headers=headers)
