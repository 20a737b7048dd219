"""Bringing a database to the present schema."""

from __future__ import annotations

from pathlib import Path

from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, upgrade
from sqlalchemy import text

from hub.db import db

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def prepare_migrations(app: Flask) -> None:
    """Register the migrations folder with an application."""
    Migrate(app, db, directory=str(MIGRATIONS))


def upgrade_schema(app: Flask, revision: str = "head") -> None:
    """Run every migration the database has not seen, or those up to one of them."""
    with app.app_context():
        upgrade(directory=str(MIGRATIONS), revision=revision)


def knows_revision(revision: str) -> bool:
    """Tell whether a migration is among ours."""
    return any(each.revision == revision for each in ScriptDirectory(str(MIGRATIONS)).walk_revisions())


def schema_version(app: Flask) -> str:
    """Return the newest migration the database has seen, empty for an empty database."""
    with app.app_context(), db.engine.connect() as connection:
        known = connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
        found = connection.scalar(text("SELECT version_num FROM alembic_version")) if known else None
        return str(found or "")
