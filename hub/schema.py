"""Bringing a database to the present schema."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate, upgrade
from sqlalchemy import text

from hub.db import db

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def prepare_migrations(app: Flask) -> None:
    """Register the migrations folder with an application."""
    Migrate(app, db, directory=str(MIGRATIONS))


def upgrade_schema(app: Flask) -> None:
    """Run every migration the database has not seen."""
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))


def schema_version(app: Flask) -> str:
    """Return the newest migration the database has seen, empty for an empty database."""
    with app.app_context(), db.engine.connect() as connection:
        known = connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
        found = connection.scalar(text("SELECT version_num FROM alembic_version")) if known else None
        return str(found or "")
