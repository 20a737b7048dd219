"""The SMTP listener: a mail server hands mail to us on loopback or a private network, and hears 250 once it is stored."""

from __future__ import annotations

from flask import Flask

from channels.email.listener import Listener, Taking
from channels.message import Envelope
from hub.desk import Desk
from hub.services.intake import accept
from hub.services.settings.configuration import serves_address
from hub.settings import smtp_place


def open_listener(app: Flask, where: str) -> Listener:
    """Return a listener at `host:port`, not started; raises `Misconfigured`.

    It takes mail for the addresses of the desk's accounts, with any `+tag`; the demo takes all, so that anybody can try it.
    """
    host, port = smtp_place(where)
    desk: Desk = app.extensions["desk"]

    def store(envelope: Envelope) -> None:
        with app.app_context(), desk.transaction():
            accept(desk, envelope)

    def serves(address: str) -> bool:
        with app.app_context():
            return serves_address(desk, address)

    return Listener(Taking(store, None if desk.settings.demo else serves), host=host, port=port)
