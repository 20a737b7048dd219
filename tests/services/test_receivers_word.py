"""The receiver named in the environment vouches for senders: without its name nobody would be verified, and nobody disowned."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from hub.desk import Desk
from hub.models import Message
from hub.services.intake import accept, receive
from hub.services.settings.setup import connect_environment
from tests.letters import arrive, make_mail

SENDER = "aylin@example.com"


def test_a_senders_domain_is_believed_by_the_word_of_the_receiver_in_the_environment(desk: Desk) -> None:
    named = {"email_address": "desk@example.org", "email_authserv_id": "mx.example.org"}
    desk = replace(desk, settings=replace(desk.settings, **named))
    with desk.transaction():
        connect_environment(desk)
    results = {"pass": "mx.example.org; dmarc=pass header.from=example.com", "other": "mx.example.net; dmarc=pass"}

    for number, result in enumerate(results.values()):
        raw = make_mail(f"Tap {number}", sender=SENDER, Authentication_Results=result)
        with desk.transaction():
            accept(desk, arrive(raw, rcpt_to="desk@example.org"))
    receive(desk)

    assert list(desk.session.scalars(select(Message.trust).order_by(Message.id))) == ["verified", "unverified"]
