"""Where providers call us: `/hooks/<kind>` and below, the same for every channel that can check who calls."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote

from apiflask import APIBlueprint
from flask import Response, request
from werkzeug.datastructures import Headers

from channels.channel import Forged, HookedChannel, HookRequest, Malformed
from hub.desk import Desk
from hub.errors import NotFound
from hub.services.intake.provider_calls import take_call
from hub.web.desk import current_desk
from hub.web.errors import answer
from hub.web.guards import by_signature, guarded

MOST_BYTES = 10 * 1024 * 1024
MOST_FIELDS = 1000
FORM = "application/x-www-form-urlencoded"

hooks = guarded(APIBlueprint("hooks", __name__, url_prefix="/hooks", enable_openapi=False), by_signature)


@hooks.post("/<kind>")
@hooks.post("/<kind>/<path:part>")
def take(kind: str, part: str = "") -> Response:
    """Store what a provider tells us and only then answer; a forged call stores nothing."""
    request.max_content_length = MOST_BYTES
    body = request.get_data(cache=True, parse_form_data=False)
    desk = current_desk()
    channel = desk.channels.get(kind)
    if not isinstance(channel, HookedChannel):
        raise NotFound("Nobody calls us at this address.")
    try:
        call = _read_call(desk, body)
        with desk.transaction():
            result = take_call(desk, channel, call, part=part)
    except Forged as refusal:
        return answer(refusal.status, str(refusal))
    except Malformed as refusal:
        return answer(400, str(refusal))
    return Response(result.body, result.status, content_type=result.content_type)


def _read_call(desk: Desk, body: bytes) -> HookRequest:
    """Return the call as it was signed: under the address people were given, never under the Host it claims."""
    query = request.query_string.decode("ascii", "replace")
    url = f"{desk.settings.base_url}{quote(request.path)}"
    return HookRequest(
        url=f"{url}?{query}" if query else url,
        method=request.method,
        headers=_plain(request.headers),
        body=body,
        form=_read_form(body) if request.mimetype == FORM else {},
        received_at=desk.clock.now(),
    )


def _plain(headers: Headers) -> dict[str, str]:
    """Return the headers, a doubled one as its first: no proxy adds to what is signed."""
    return {name: headers[name] for name in headers.keys()}  # noqa: SIM118 - iterating gives pairs


def _read_form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise Malformed("This form has too many fields.") from error
    return dict(pairs)
