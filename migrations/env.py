"""How Alembic runs our migrations: on the application's engine, with lock time-outs so that no deploy stops the desk."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import text

from hub import models  # noqa: F401 - fills the metadata
from hub.db import Base

LOCK_SPACE = 0x66E

engine = current_app.extensions["migrate"].db.engine

with engine.connect() as connection:
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.execute(text("SET statement_timeout = '15min'"))
    connection.execute(text("SELECT pg_advisory_lock(:space, 0)"), {"space": LOCK_SPACE})
    connection.commit()
    context.configure(
        connection=connection, target_metadata=Base.metadata, compare_type=True, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("SELECT pg_advisory_unlock(:space, 0)"), {"space": LOCK_SPACE})
    connection.commit()
