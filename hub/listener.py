"""The SMTP listener: a mail server hands mail to us on loopback or a private network, and we answer 250 once it is stored."""

from __future__ import annotations

from aiosmtpd.controller import Controller
from flask import Flask

from channels.email.listener import Handler
from channels.message import Envelope
from hub.desk import Desk
from hub.errors import Misconfigured
from hub.services.intake import accept
from hub.settings import MAXIMUM_BYTES


class Listener:
    """An SMTP server that only takes mail in: it never relays."""

    def __init__(self, app: Flask, where: str) -> None:
        host, _, port = where.rpartition(":")
        if not host or not port.isdecimal():
            raise Misconfigured([f"HUB_SMTP_LISTEN is {where!r}: write it as 127.0.0.1:2525."])
        self._app = app
        self._controller = Controller(
            Handler(self._accept), hostname=host, port=int(port), data_size_limit=MAXIMUM_BYTES
        )

    def start(self) -> None:
        """Begin to listen."""
        self._controller.start()

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()

    def _accept(self, envelope: Envelope) -> None:
        with self._app.app_context():
            desk: Desk = self._app.extensions["desk"]
            with desk.transaction():
                accept(desk, envelope)
