"""What a process needs before it works: servers, an application, the schema, a first company."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hub.embedded import EmbeddedServers
from hub.settings import Settings, read_settings

if TYPE_CHECKING:
    from flask import Flask


@dataclass(frozen=True, slots=True)
class Served:
    """Settings with servers behind them; `ensure` brings embedded ones back when their keeper was killed."""

    settings: Settings
    ensure: Callable[[], None]


@contextmanager
def servers_for(settings: Settings) -> Iterator[Served]:
    """Lend the settings with servers behind them: those named, or embedded ones that are started if none runs."""
    if settings.database_url and settings.redis_url:
        yield Served(settings, lambda: None)
        return
    servers = EmbeddedServers(settings.home)
    addresses = servers.start()
    try:
        complete = replace(
            settings,
            database_url=settings.database_url or addresses.database_url,
            redis_url=settings.redis_url or addresses.redis_url,
        )
        yield Served(complete, servers.ensure)
    finally:
        servers.stop()


@contextmanager
def bare_app(environ: Mapping[str, str] = os.environ) -> Iterator[Flask]:
    """Lend an application on servers that run, whatever their database holds."""
    from hub.app import create_core  # noqa: PLC0415 - `hub up` imports this file and must stay small
    from hub.db import db  # noqa: PLC0415
    from hub.schema import prepare_migrations  # noqa: PLC0415

    with servers_for(read_settings(environ)) as served:
        app = create_core(served.settings)
        prepare_migrations(app)
        try:
            yield app
        finally:
            with app.app_context():
                db.engine.dispose()


@contextmanager
def working_app(environ: Mapping[str, str] = os.environ) -> Iterator[Flask]:
    """Lend an application on a migrated database with at least one company: every command starts cold with it."""
    with bare_app(environ) as app:
        make_ready(app)
        yield app


def make_ready(app: Flask) -> None:
    """Migrate an empty database, found the first company, and take over the accounts the environment names."""
    from hub.app import desk_of  # noqa: PLC0415
    from hub.schema import schema_version, upgrade_schema  # noqa: PLC0415
    from hub.services.settings.setup import connect_environment  # noqa: PLC0415

    if not schema_version(app):
        upgrade_schema(app)
    with app.app_context(), desk_of(app).transaction():
        connect_environment(desk_of(app))
