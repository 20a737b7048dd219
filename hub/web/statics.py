"""Static files under an address that changes with them, so that browsers keep them for good."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

ROOT = Path(__file__).parent / "static"


@cache
def static_address() -> str:
    """Return where the static files are served: one path for all of them, for they name one another by relative paths."""
    digest = hashlib.sha256()
    for path in sorted(each for each in ROOT.rglob("*") if each.is_file()):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return f"/static/{digest.hexdigest()[:12]}"


def install_static(app: Flask) -> None:
    """Serve the static files before the application is asked, with the headers they need."""
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # the way Flask documents it
        app.wsgi_app,
        root=str(ROOT),
        prefix=static_address(),
        immutable_file_test=lambda _path, _url: True,
        allow_all_origins=False,
        add_headers_function=_add_headers,
    )


def _add_headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
