"""The SMTP listener: a mail server hands mail to us on loopback or a private network, and hears 250 once it is stored."""

from __future__ import annotations

from flask import Flask

from channels.email.listener import Listener, Taking
from channels.message import Envelope
from hub.desk import Desk
from hub.errors import Misconfigured
from hub.services.intake import accept


def open_listener(app: Flask, where: str) -> Listener:
    """Return a listener at `host:port`, not started; raises `Misconfigured`."""
    host, _, port = where.rpartition(":")
    if not host or not port.isdecimal():
        raise Misconfigured([f"HUB_SMTP_LISTEN is {where!r}: write it as 127.0.0.1:2525."])

    def store(envelope: Envelope) -> None:
        with app.app_context():
            desk: Desk = app.extensions["desk"]
            with desk.transaction():
                accept(desk, envelope)

    return Listener(Taking(store), host=host, port=int(port))
