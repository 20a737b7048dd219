"""The hub's errors as answers: problem JSON for programs (RFC 9457), a page for people, each with what to do."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from apiflask import APIFlask, HTTPError
from flask import Response, current_app, jsonify, render_template, request, session
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from hub.errors import Forbidden, HubError, Invalid, NotFound, Refused
from hub.services.settings.public_company import company_of_host
from hub.settings import MAXIMUM_BYTES
from hub.web.desk import current_desk
from hub.web.guards import came_from, present_actor, present_contact
from hub.web.method import is_overlong_form
from hub.web.patience import TOO_SLOW
from hub.web.shell import public_shell, staff_shell
from hub.web.viewmodels.parts import Link
from hub.web.viewmodels.public import ErrorPage, StaffErrorPage
from hub.web.viewmodels.shell import PublicShell

log = logging.getLogger(__name__)

STATUS: tuple[tuple[type[HubError], int], ...] = ((NotFound, 404), (Forbidden, 403), (Invalid, 422), (Refused, 409))
WORDS = {
    400: "This request cannot be read.",
    401: "Say who you are: send an API token in the header, as 'Authorization: Bearer fd_...'.",
    403: "You may not do this.",
    404: "There is nothing at this address.",
    405: "This address does not take that kind of request.",
    408: "What you sent came too slowly: less than 64 kB in half a minute. Try again where the connection is better.",
    413: "What you sent is larger than 50 MB, the most that can be sent at once. Go back, leave out or shrink some files, "
    "or send them in several messages.",
    415: "This address does not take that kind of content.",
    429: "That was a lot at once. Wait a minute and try again.",
    500: "Something went wrong on our side. Nothing you sent before is lost.",
    503: "The desk is starting or its database is away. Try again in a moment.",
}
LONG_FIELD = "This form holds more than 500,000 characters of text or more than 1,000 parts. Go back, shorten it, or send it as a file."
LONG_CHANGE = "One field holds more than this form takes: shorten it to a few thousand characters and send it again."
OLD_FORM = "This form is too old or came from another page. Load the page again and repeat it."
TITLES = {403: "Not for your role", 404: "Nothing here", 413: "Too large to send"}
OUTSIDE = ("/portal", "/help", "/nps")  # where staff look at what people see
KEEP_WORDS = frozenset({404, 429})  # whoever raises these speaks to programmers


def install_errors(app: APIFlask) -> None:
    """Answer every error in the manner of the face it happened on."""

    @app.errorhandler(HubError)
    def on_refusal(error: HubError) -> Response:
        return answer(status_of(error), str(error), field=error.field if isinstance(error, Invalid) else "")

    @app.errorhandler(CSRFError)
    def on_forgery(error: CSRFError) -> Response:  # noqa: ARG001
        return answer(403, OLD_FORM, heading="Load the page again")

    @app.errorhandler(HTTPException)
    def on_http_error(error: HTTPException) -> Response:
        status = 408 if request.environ.get(TOO_SLOW) else error.code or 500
        if status == HTTPStatus.METHOD_NOT_ALLOWED and is_overlong_form(request.environ):
            return answer(413, LONG_CHANGE)
        own = error.description if error.description != type(error).description and status not in KEEP_WORDS else None
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            own = LONG_FIELD if 0 < (request.content_length or 0) <= MAXIMUM_BYTES else None
        response = answer(status, own or WORDS.get(status) or error.description or HTTPStatus(status).phrase)
        for name, value in error.get_headers():
            if name.lower() in {"allow", "retry-after", "www-authenticate"}:
                response.headers[name] = value
        return response

    @app.errorhandler(HTTPError)
    def on_wrong_input(error: HTTPError) -> Response:
        """Answer what a pydantic model refused, each field with its reason."""
        faults = [
            {"field": field, "detail": "; ".join(plain_reason(each) for each in reasons)}
            for fields in dict(error.detail).values()
            for field, reasons in fields.items()
        ]
        words = "Some of what was sent cannot be used: see `errors`." if faults else WORDS.get(error.status_code, "")
        return answer(error.status_code, words or str(error.message), faults=faults)

    @app.errorhandler(OperationalError)
    def on_database_away(error: OperationalError) -> Response:
        log.error("The database did not answer: %s", type(error.orig).__name__)
        response = answer(503, WORDS[503])
        response.headers["Retry-After"] = "5"
        return response

    @app.errorhandler(DBAPIError)
    def on_database_error(error: DBAPIError) -> Response:
        log.error("The database refused a statement.", exc_info=error)
        return answer(500, WORDS[500])

    @app.errorhandler(Exception)
    def on_surprise(error: Exception) -> Response:
        log.error("A view failed.", exc_info=error)
        return answer(500, WORDS[500])


def plain_reason(reason: str) -> str:
    """Return why pydantic refused a value, without the mark it puts before our own sentences."""
    return reason.removeprefix("Value error, ").removeprefix("Assertion failed, ")


def status_of(error: HubError) -> int:
    """Return the HTTP status of a refusal."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def answer(
    status: int, sentence: str, *, field: str = "", faults: Sequence[Mapping[str, str]] = (), heading: str = ""
) -> Response:
    """Return an error as problem JSON under /api and /hooks, as a page elsewhere, under its status' title or another."""
    if request.path.startswith(("/api/", "/hooks/")) or request.accept_mimetypes.best == "application/json":
        body: dict[str, object] = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": sentence,
        }
        if field or faults:
            body["errors"] = list(faults) or [{"field": field, "detail": sentence}]
        response = jsonify(body)
        response.content_type = "application/problem+json"
    else:
        response = Response(draw(status, sentence, heading), mimetype="text/html")
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        # What a closed page still sends comes without a cookie: a new one would put out who has signed in since.
        session.clear()
        session.modified = False
    response.status_code = status
    return response


def draw(status: int, sentence: str, heading: str = "") -> str:
    """Return the page that says what went wrong, in the frame of the face it happened on as long as the database is there."""
    title = heading or TITLES.get(status, HTTPStatus(status).phrase)
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        try:
            return _draw_inside(title, sentence)
        except Exception:  # an error about an error helps nobody: the bare page says the same
            log.warning("The error page was drawn without its frame.", exc_info=True)
    bare = PublicShell(company="Frontdesk", home_url="/")
    page = ErrorPage(shell=bare, title=title, text=sentence, actions=_ways_on("/"))
    return render_template("error.html", page=page)


def _draw_inside(title: str, sentence: str) -> str:
    actor = present_actor()
    if actor is not None and not request.path.startswith(OUTSIDE):
        frame = staff_shell(actor)
        inside = StaffErrorPage(shell=frame, title=title, text=sentence, actions=_ways_on(frame.home_url))
        return render_template("error_staff.html", page=inside)
    person = present_contact() if request.path.startswith("/portal") else None
    company = company_of_host(current_desk(), request.host)
    shell = public_shell(company, person=person[0].name if person else "")
    return render_template(
        "error.html", page=ErrorPage(shell=shell, title=title, text=sentence, actions=_ways_on(shell.home_url))
    )


def _ways_on(home: str) -> tuple[Link, ...]:
    """Return where to go from a mistake: back to the page with the form, and to the start."""
    start = Link(label="To the start", url=home)
    before = came_from("")
    return (Link(label="Back to where you were", url=before), start) if before and before != home else (start,)
