"""The shape of the faces: every route has a guard, every form a token, every table a company."""

from __future__ import annotations

import re
from pathlib import Path

from apiflask import APIFlask

from hub.db import Base

TEMPLATES = Path(__file__).resolve().parents[2] / "hub" / "web" / "templates"
NOT_OURS = {"static", "openapi"}  # Flask's files; APIFlask's description, public by design
WITHOUT_COMPANY = {
    "companies",  # is one
    "agents",  # serve several: see memberships
    "api_tokens",  # an agent's
    "idempotency_keys",  # an agent's
    "sign_ins",  # a browser's: an agent's or a contact's
    "measured_tickets",
    "measuring",
}
INCLUDED = re.compile(r"{% include \"([^\"]+)\" %}")
POSTING_FORM = re.compile(r"<form\b[^>]*method=\"post\"[^>]*>(.*?)</form>", re.DOTALL | re.IGNORECASE)


def test_every_route_belongs_to_a_guarded_blueprint(app: APIFlask) -> None:
    unguarded = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] not in NOT_OURS
        and not hasattr(app.blueprints.get(rule.endpoint.rpartition(".")[0]), "guard")
    ]

    assert unguarded == []


def test_every_posting_form_carries_a_token() -> None:
    forms = [
        (path.name, INCLUDED.sub(lambda part: (TEMPLATES / part[1]).read_text(encoding="utf-8"), body))
        for path in TEMPLATES.rglob("*.html")
        for body in POSTING_FORM.findall(path.read_text(encoding="utf-8"))
    ]

    assert len(forms) > 10
    assert [name for name, body in forms if "csrf(" not in body] == []


def test_every_row_belongs_to_a_company() -> None:
    without = {table.name for table in Base.metadata.sorted_tables if "company_id" not in table.columns}

    assert without == WITHOUT_COMPANY
