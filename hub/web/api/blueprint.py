"""The blueprint of the API, and who may come in: whoever shows a bearer token, in a header and nowhere else."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, g, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.routing import IntegerConverter, ValidationError

from hub.domain.access import Ability, Actor
from hub.errors import Forbidden
from hub.services.pages import LARGEST
from hub.services.staff import accounts
from hub.settings import MAXIMUM_BYTES
from hub.web.api.strict_json import StrictJson
from hub.web.desk import current_desk
from hub.web.errors import WORDS, answer
from hub.web.guards import guarded

IN_QUERY = ("token", "access_token", "api_token", "api_key", "bearer")
RAW_MAIL = "message/rfc822"
WITH_A_BODY = frozenset({"POST", "PATCH", "PUT"})


class IdConverter(IntegerConverter):
    """A number of ours in a path: one spelling, in ASCII digits, no larger than the database counts."""

    regex = "[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        """Return the number; no route matches one out of range."""
        if int(value) > LARGEST:
            raise ValidationError
        return int(value)


def by_token() -> Response | None:
    """Let in whoever shows the token of an active account."""
    if any(name in request.args for name in IN_QUERY):
        return _refuse(
            "A token in an address ends up in logs: send it in the Authorization header, and make a new one."
        )
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    if not token or scheme.lower() != "bearer":
        return _refuse(WORDS[401])
    desk = current_desk()
    with desk.transaction():
        actor = accounts.actor_of_token(desk, token.strip())
    if actor is None:
        return _refuse(
            "This token is not valid, or was revoked: make one with 'hub token create'.", error="invalid_token"
        )
    g.caller = actor
    return None


api = guarded(APIBlueprint("api", __name__, url_prefix="/api/v1"), by_token)


@api.before_request
def read_strictly() -> None:
    """Take at most 50 MB, each parameter once, and JSON only where it is called so."""
    request.max_content_length = MAXIMUM_BYTES
    request.json_module = StrictJson
    double = next((name for name, values in request.args.lists() if len(values) > 1), None)
    if double is not None:
        raise BadRequest(f"The parameter {double[:100]!r} stands twice: which is meant?")
    if request.method not in WITH_A_BODY or not (request.content_length or request.headers.get("Transfer-Encoding")):
        return
    if request.mimetype != "application/json" and not (
        request.mimetype == RAW_MAIL and request.path.endswith("/email")
    ):
        raise UnsupportedMediaType("Send JSON, with 'Content-Type: application/json'.")


def caller() -> Actor:
    """Return the account that a token acts for."""
    actor: Actor = g.caller
    return actor


def need(ability: Ability, refusal: str) -> Actor:
    """Return the caller, who must have an ability in some company; raises `Forbidden` with the given words."""
    actor = caller()
    if not actor.can_anywhere(ability):
        raise Forbidden(refusal)
    return actor


def need_tickets() -> Actor:
    """Return the caller, who must be customer service: operations see no words and no addresses of people."""
    return need(Ability.READ_TICKETS, "Operations see tasks, not people's messages. Ask customer service instead.")


def need_board() -> Actor:
    """Return the caller, who must be staff of some company."""
    return need(Ability.SEE_BOARD, "This account serves no company yet: ask an administrator for a role.")


def _refuse(sentence: str, *, error: str = "") -> Response:
    response = answer(401, sentence)
    response.headers["WWW-Authenticate"] = 'Bearer realm="Frontdesk"' + (f', error="{error}"' if error else "")
    return response
