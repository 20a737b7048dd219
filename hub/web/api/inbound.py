"""`POST /inbound/email`: the same intake as a mailbox, for programs."""

from __future__ import annotations

from typing import Annotated

from flask import request
from pydantic import Field, StringConstraints, ValidationError
from werkzeug.exceptions import BadRequest

from hub.domain.access import Ability
from hub.errors import Invalid
from hub.services.intake.accept import Accepted
from hub.services.intake.inbound_mail import Letter, take_letter, take_mail
from hub.web.api.blueprint import RAW_MAIL, api, need
from hub.web.api.fields import Body, FileIn, Line, Out, Text, open_files
from hub.web.api.messages import MOST_FILES
from hub.web.api.once import once
from hub.web.desk import current_desk
from hub.web.errors import plain_reason
from hub.web.turns import in_turn

MailAddress = Annotated[Line, StringConstraints(min_length=3, pattern="@")]
People = MailAddress | Annotated[list[MailAddress], Field(max_length=100)]


class MailIn(Body):
    """A mail described field by field; addresses as `Name <name@example.org>` or plain."""

    sender: MailAddress = Field(alias="from")
    to: People = Field(default_factory=list)
    cc: People = Field(default_factory=list)
    subject: Annotated[str, StringConstraints(max_length=998)] = ""
    text: Text = ""
    html: Annotated[str, StringConstraints(max_length=5_000_000)] = ""
    message_id: Line = ""
    in_reply_to: Line = ""
    references: Annotated[list[Line], Field(max_length=100)] = Field(default_factory=list)
    attachments: Annotated[list[FileIn], Field(max_length=MOST_FILES)] = Field(default_factory=list)


class AcceptedOut(Out):
    """A delivery that is stored; `GET` its `url` to see what becomes of it."""

    id: int
    url: str


@api.post("/inbound/email")
@api.doc(
    responses={415: "Neither JSON nor a raw message"},
)
@api.output(AcceptedOut, status_code=202)
@in_turn
@once(202)
def inbound_email() -> AcceptedOut:
    """Take a mail in: a raw RFC 5322 message (`message/rfc822`), or JSON."""
    actor = need(Ability.WORK_TICKETS, "Only customer service takes mail in.")
    desk = current_desk()
    if request.mimetype == RAW_MAIL:
        raw = request.get_data()
        if not raw:
            raise BadRequest("The body is empty: send the message's bytes.")
        return _describe(take_mail(desk, actor, raw))
    return _describe(take_letter(desk, actor, _read_letter()))


def _read_letter() -> Letter:
    try:
        mail = MailIn.model_validate(request.get_json(force=True))
    except ValidationError as error:
        first = error.errors()[0]
        raise Invalid(plain_reason(first["msg"]), field=".".join(str(each) for each in first["loc"])) from error
    return Letter(
        sender=mail.sender,
        recipients=_listed(mail.to),
        copies=_listed(mail.cc),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        files=open_files(mail.attachments),
    )


def _listed(people: str | list[str]) -> list[str]:
    return [people] if isinstance(people, str) else people


def _describe(accepted: Accepted) -> AcceptedOut:
    return AcceptedOut(id=accepted.id, url=f"/api/v1/envelopes/{accepted.id}")
