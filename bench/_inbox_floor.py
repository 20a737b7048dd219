"""What nothing can be quicker than: an application that says hello, a table of the same rows, the bare queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from flask import Flask
from jinja2 import Environment

TABLE = """<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table>"""
LIST = """
    SELECT id, subject, requester_name, unit_label, status, preview, due_at FROM tickets
    WHERE company_id = 1 AND status <> 'closed' AND NOT history AND NOT quarantined AND snooze_until IS NULL
    AND assignee_id IS NULL AND status IN ('new', 'open') ORDER BY emergency DESC, wants_person DESC, due_at, id LIMIT 50
"""
MESSAGES = """
    SELECT id, author_name, direction, channel, created_at, subject, text FROM messages
    WHERE ticket_id = %s ORDER BY id DESC LIMIT 50
"""
FOUND = """
    SELECT t.id, t.subject, t.requester_name, t.unit_label, t.status, t.preview, t.due_at FROM tickets t
    WHERE t.id IN (
        SELECT d.ticket_id FROM search_documents d
        WHERE d.company_id = 1 AND d.words @@ to_tsquery('simple', %s) ORDER BY d.happened_at DESC LIMIT 1000
    ) ORDER BY t.last_activity_at DESC LIMIT 50
"""

app = Flask("floor")


@app.get("/")
@app.get("/health")
def hello() -> str:
    """Say hello."""
    return "Hello."


def asking(connection: psycopg.Connection, query: str, *given: object) -> Callable[[], list[tuple[Any, ...]]]:
    """Return the asking of a bare query, prepared."""
    return lambda: connection.execute(query, given, prepare=True).fetchall()


def drawing(rows: list[tuple[Any, ...]]) -> Callable[[], str]:
    """Return the drawing of rows as a plain table, every cell escaped."""
    template = Environment(autoescape=True).from_string(TABLE)
    return lambda: template.render(rows=rows)
