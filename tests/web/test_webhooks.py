"""The page on which administrators say which programs are told what happens."""

from __future__ import annotations

import re

from apiflask import APIFlask
from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Role
from hub.models import ChannelAccount
from tests.factories import make_agent
from tests.services.steps import Office, outbox, send_all
from tests.web.visitors import sign_in, token_on

URL = "https://hooks.example.org/frontdesk"


def test_a_webhook_is_added_tried_paused_and_removed(app: APIFlask, desk: Desk, office: Office) -> None:
    admin = sign_in(app, desk, make_agent(desk, office.company, "Ada", Role.ADMIN))
    csrf = {"csrf_token": token_on(admin.get("/admin/webhooks").get_data(as_text=True))}

    wrong = admin.post("/admin/webhooks", data=csrf | {"url": "https://10.0.0.1/", "subject": "task"})
    added = admin.post("/admin/webhooks", data=csrf | {"url": URL, "subject": ["task", "ticket"]}).get_data(
        as_text=True
    )
    number = desk.session.scalars(select(ChannelAccount.id).where(ChannelAccount.channel == "webhook")).one()
    here = f"/admin/webhooks/{number}"
    admin.post(f"{here}/test", data=csrf)
    send_all(desk)
    log = admin.get(here).get_data(as_text=True)
    paused = admin.post(f"{here}/pause", data=csrf, follow_redirects=True).get_data(as_text=True)
    admin.post(f"{here}/resume", data=csrf)
    secret = admin.post(f"{here}/secret", data=csrf).get_data(as_text=True)
    removed = admin.post(f"{here}/remove", data=csrf, follow_redirects=True).get_data(as_text=True)

    assert wrong.status_code == 422
    assert "private network" in wrong.get_data(as_text=True)
    shown = re.search(r"whsec_[A-Za-z0-9+/=]{44}", added)
    assert shown is not None
    assert "whsec_" not in log
    assert "taken" in log
    assert "Paused" in paused
    assert "whsec_" in secret
    assert shown[0] not in secret
    assert URL not in removed.split("<main")[1]
    assert [each.channel for each in outbox(desk)] == ["webhook"]


def test_only_administrators_see_it(app: APIFlask, desk: Desk, office: Office) -> None:
    assert sign_in(app, desk, office.maria).get("/admin/webhooks").status_code == 403
