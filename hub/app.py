"""The only place where the parts of a desk are chosen and joined."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from apiflask import APIFlask

from channels.channel import Channel
from channels.console import practise
from channels.registry import find_channels
from hub import web
from hub.background import Background
from hub.clock import Clock, SystemClock
from hub.db import db
from hub.desk import Desk
from hub.schema import prepare_migrations
from hub.services.articles import Shelves
from hub.services.classifier_files import ClassifierFiles, open_classifier
from hub.settings import MAXIMUM_BYTES, Settings, read_settings
from hub.storage import open_storage
from hub.vault import Vault
from hub.web.statics import static_address

if TYPE_CHECKING:
    from classifiers.classifier import Classifier


class ClassifierOnDemand:
    """Opens the classifier when the first message needs it, for pages never load scikit-learn, and again once a better one is learned."""

    def __init__(self, home: Path) -> None:
        self._files = ClassifierFiles(home)
        self._classifier: Classifier | None = None
        self._stamp = ""
        self._lock = threading.Lock()

    def __call__(self) -> Classifier:
        """Return the one classifier of this process."""
        with self._lock:
            stamp = self._files.stamp()
            if self._classifier is None or stamp != self._stamp:
                self._classifier, self._stamp = open_classifier(self._files), stamp
            return self._classifier


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> APIFlask:
    """Return the application with its desk; without settings they are read from the environment."""
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
    app.config.update(
        SECRET_KEY=Vault(chosen.secret_key).keys("session")[0],
        SQLALCHEMY_DATABASE_URI=chosen.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 10, "max_overflow": 60, "pool_pre_ping": True, "pool_timeout": 10},
        MAX_CONTENT_LENGTH=MAXIMUM_BYTES + 2 * 1024 * 1024,
        MAX_FORM_PARTS=1000,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=chosen.secure,
    )
    db.init_app(app)
    app.extensions["desk"] = build_desk(chosen, clock or SystemClock())
    prepare_migrations(app)
    web.register(app)
    return app


def build_desk(settings: Settings, clock: Clock) -> Desk:
    """Return a desk with the channels this installation may use: their development twins in practice mode."""
    return Desk(
        settings=settings,
        clock=clock,
        channels=choose_channels(practice=settings.practice),
        background=Background(settings.redis_url),
        storage=open_storage(settings.attachments_place),
        vault=Vault(settings.secret_key, settings.previous_secret_key),
        open_classifier=ClassifierOnDemand(settings.home),
        shelves=Shelves(),
    )


def choose_channels(*, practice: bool) -> dict[str, Channel]:
    """Return every channel by kind."""
    found = find_channels()
    return {kind: practise(channel) for kind, channel in found.items()} if practice else dict(found)


def desk_of(app: APIFlask) -> Desk:
    """Return the desk of an application."""
    desk: Desk = app.extensions["desk"]
    return desk
