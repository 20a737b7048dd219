"""How forms are read: never more fields, nor more text, than any page of ours sends."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

URLENCODED = "application/x-www-form-urlencoded"
ENCODED = 3  # letters that a byte may be written as


class BoundedForms(FormDataParser):
    """Holds forms without files to the limits that Werkzeug has for those with files alone.

    A megabyte of `a&a&a` is half a million fields, and a hundred times as much in memory.
    """

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        """Read a form; raises `RequestEntityTooLarge` before any of it is taken apart."""
        if mimetype == URLENCODED and self.max_form_memory_size is not None and self.max_form_parts is not None:
            most = self.max_form_memory_size * ENCODED
            body = stream.read(most + 1)
            if len(body) > most or body.count(b"&") >= self.max_form_parts:
                raise RequestEntityTooLarge
            stream = BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)


class BoundedRequest(Request):
    """A request whose forms are held to limits."""

    form_data_parser_class = BoundedForms
