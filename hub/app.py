"""The only place where the parts of a desk are chosen and joined."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from channels.channel import Channel
from channels.console import practise
from channels.registry import find_channels
from channels.voice import VoiceLine
from channels.webhook import Webhook
from hub.background import Background
from hub.clock import Clock, SystemClock
from hub.db import db
from hub.desk import Desk
from hub.services.help.articles import Shelves
from hub.services.triage.classifier_files import ClassifierFiles, open_classifier
from hub.settings import MAXIMUM_BYTES, Settings, read_settings
from hub.storage import open_storage
from hub.vault import Vault

if TYPE_CHECKING:
    from apiflask import APIFlask

    from classifiers.classifier import Classifier


class ClassifierOnDemand:
    """Opens the classifier when the first message needs it, for pages never load scikit-learn, and again once a better one is learned."""

    def __init__(self, home: Path, encoder: str = "") -> None:
        self._files = ClassifierFiles(home)
        self._encoder = encoder
        self._classifier: Classifier | None = None
        self._stamp = ""
        self._lock = threading.Lock()

    def __call__(self) -> Classifier:
        """Return the one classifier of this process."""
        with self._lock:
            stamp = self._files.stamp()
            if self._classifier is None or stamp != self._stamp:
                self._classifier, self._stamp = open_classifier(self._files, self._encoder), stamp
            return self._classifier


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> APIFlask:
    """Return the application with its desk and its pages; without settings they are read from the environment."""
    # Only processes that serve pages pay for them: half of all memory, and most of the time a start takes.
    from apiflask import APIFlask  # noqa: PLC0415

    from hub import web  # noqa: PLC0415
    from hub.schema import prepare_migrations  # noqa: PLC0415
    from hub.web.bodies import BoundedRequest  # noqa: PLC0415
    from hub.web.statics import static_address  # noqa: PLC0415

    chosen = settings or read_settings(os.environ)
    app = APIFlask(
        "hub",
        title="Frontdesk",
        version="1",
        docs_path=None,
        spec_path="/api/v1/openapi.json",
        template_folder="web/templates",
        static_folder="web/static",
        static_url_path=static_address(),
    )
    app.request_class = BoundedRequest
    app.config.update(
        SECRET_KEY=Vault(chosen.secret_key).keys("session")[0],
        MAX_CONTENT_LENGTH=MAXIMUM_BYTES + 2 * 1024 * 1024,
        MAX_FORM_PARTS=1000,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=chosen.secure,
        # Only what changes it sets it anew: an answer that comes late must not undo what another said meanwhile.
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    _furnish(app, chosen, clock)
    prepare_migrations(app)
    web.register(app)
    return app


def create_core(settings: Settings | None = None, *, clock: Clock | None = None) -> Flask:
    """Return the application without pages: what the worker, the fetcher and the clock run in."""
    app = Flask("hub", static_folder=None)
    _furnish(app, settings or read_settings(os.environ), clock)
    return app


def _furnish(app: Flask, settings: Settings, clock: Clock | None) -> None:
    """Give an application its database and its desk."""
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 10, "max_overflow": 60, "pool_pre_ping": True, "pool_timeout": 10},
    )
    db.init_app(app)
    app.extensions["desk"] = build_desk(settings, clock or SystemClock())


def build_desk(settings: Settings, clock: Clock) -> Desk:
    """Return a desk with the channels this installation may use: their development twins in practice mode."""
    return Desk(
        settings=settings,
        clock=clock,
        channels=choose_channels(practice=settings.practice, webhook_hosts=settings.webhook_hosts),
        background=Background(settings.redis_url),
        storage=open_storage(settings.attachments_place),
        vault=Vault(settings.secret_key, settings.previous_secret_key),
        open_classifier=ClassifierOnDemand(settings.home, settings.encoder),
        shelves=Shelves(settings.encoder),
    )


def choose_channels(*, practice: bool, webhook_hosts: tuple[str, ...] = ()) -> dict[str, Channel]:
    """Return every channel by kind, the line that calls whoever is on call, and the way to other programs."""
    found = {**find_channels(), VoiceLine.kind: VoiceLine(), Webhook.kind: Webhook(frozenset(webhook_hosts))}
    return {kind: practise(channel) for kind, channel in found.items()} if practice else dict(found)


def desk_of(app: Flask) -> Desk:
    """Return the desk of an application."""
    desk: Desk = app.extensions["desk"]
    return desk
