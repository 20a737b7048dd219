"""Forms that PATCH, PUT or DELETE: browsers can only POST them, with `_method` beside."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.formparser import parse_form_data

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ALLOWED = frozenset({"PATCH", "PUT", "DELETE"})
SHORT_FORM = 64 * 1024


class MethodOverride:
    """Turns a short form-encoded POST with `_method` into that method; header overrides are not believed."""

    def __init__(self, wrapped: WSGIApplication) -> None:
        self._wrapped = wrapped

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        if environ["REQUEST_METHOD"] == "POST" and not environ["PATH_INFO"].startswith(("/api/", "/hooks/")):
            self._override(environ)
        return self._wrapped(environ, start_response)

    @staticmethod
    def _override(environ: WSGIEnvironment) -> None:
        length = _form_length(environ)
        if length is None or length > SHORT_FORM:
            return
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(body)
        _, form, _ = parse_form_data(environ | {"wsgi.input": io.BytesIO(body)})
        wanted = form.get("_method", "").upper()
        if wanted in ALLOWED:
            environ["REQUEST_METHOD"] = wanted


def is_overlong_form(environ: WSGIEnvironment) -> bool:
    """Tell whether a POST is a form too long to be looked into for its `_method`."""
    return environ["REQUEST_METHOD"] == "POST" and (_form_length(environ) or 0) > SHORT_FORM


def _form_length(environ: WSGIEnvironment) -> int | None:
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip()
    length = environ.get("CONTENT_LENGTH") or ""
    return int(length) if kind == "application/x-www-form-urlencoded" and length.isdecimal() else None
