"""A POST is done in one transaction; with an Idempotency-Key, once, and answered alike for a day."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Response, request
from pydantic import BaseModel
from werkzeug.exceptions import BadRequest

from hub.services import idempotency
from hub.web.api.blueprint import caller
from hub.web.desk import current_desk

LONGEST_KEY = 255
View = TypeVar("View", bound=Callable[..., Any])


def once(status: int) -> Callable[[View], View]:
    """Return the decorator of a view that answers a status with a model."""

    def decorate(view: View) -> View:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Response:
            desk = current_desk()
            key = _read_key()
            agent_id = caller().agent_id
            with desk.transaction():
                if key is None or agent_id is None:
                    return _answer(view(*args, **kwargs), status)
                kept = idempotency.begin(desk, agent_id, key, _fingerprint())
                if kept is not None:
                    return _replay(kept)
                response = _answer(view(*args, **kwargs), status)
                idempotency.finish(desk, agent_id, key, idempotency.Kept(status, response.get_data()))
                return response

        return run  # type: ignore[return-value]  # a view like the one it wraps

    return decorate


def _read_key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise BadRequest(f"Idempotency-Key: use 1 to {LONGEST_KEY} printable ASCII characters.")
    return key


def _fingerprint() -> bytes:
    """Return what makes a request the same request: where it goes and what it carries."""
    head = "\n".join((request.method, request.path, request.query_string.decode("latin-1"), request.mimetype))
    return hashlib.sha256(head.encode() + b"\n" + request.get_data()).digest()


def _answer(model: BaseModel, status: int) -> Response:
    return Response(model.model_dump_json(), status, mimetype="application/json")


def _replay(kept: idempotency.Kept) -> Response:
    response = Response(kept.body, kept.status, mimetype="application/json")
    response.headers["Idempotent-Replayed"] = "true"
    return response
