"""Connecting Slack as an administrator does it, against a workspace that stands in for Slack."""

from __future__ import annotations

from dataclasses import replace

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from hub.app import choose_channels
from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.errors import Forbidden, Invalid, Refused
from hub.models import ChannelAccount, Team
from hub.services.settings.slack_accounts import Workspace, app_manifest, connect_slack, try_slack
from tests.factories import make_agent
from tests.services.steps import Office
from tests.standins.slack import SlackStandIn
from tests.standins.slack.workspace import ALL_SCOPES
from tests.web.visitors import sign_in, token_on

TOKEN, SECRET = "xoxb-1234567890", "0123456789abcdef0123456789abcdef"


@pytest.fixture
def admin(office: Office) -> Actor:
    """Return who keeps the settings."""
    return make_agent(office.desk, office.company, "Ada Admin", Role.ADMIN)


def entered(**more: str) -> Workspace:
    known = {"bot_token": TOKEN, "signing_secret": SECRET, "channel": "#repairs", "people": ""} | more
    return Workspace(**known, rooms={})


def test_slack_is_connected_on_the_page_and_secrets_are_never_shown(
    app: APIFlask, desk: Desk, office: Office, admin: Actor
) -> None:
    browser = sign_in(app, desk, admin)
    page = browser.get("/admin/slack").get_data(as_text=True)
    csrf = {"csrf_token": token_on(page), "company": office.company.slug}

    wrong = browser.post("/admin/slack", data=csrf | {"bot_token": "xoxp-user-token", "signing_secret": SECRET})
    saved = browser.post(
        "/admin/slack",
        data=csrf | {"bot_token": TOKEN, "signing_secret": SECRET, "channel": "#ops", "maintenance": "#repairs"},
    )
    again = browser.post("/admin/slack", data=csrf | {"channel": "C012AB3CD", "people": "U012AB3CD,U012AB3CE"})
    shown = browser.get("/admin/slack").get_data(as_text=True)
    tried = browser.post("/admin/slack/test", data=csrf, follow_redirects=True).get_data(as_text=True)

    row = desk.session.scalars(select(ChannelAccount).where(ChannelAccount.channel == "slack")).one()
    assert (wrong.status_code, saved.status_code, again.status_code) == (422, 302, 302)
    assert "begins with xoxb-" in wrong.get_data(as_text=True)
    assert desk.vault.unlock(row.secrets) == {"bot_token": TOKEN, "signing_secret": SECRET}
    assert row.settings == {"channel": "C012AB3CD", "people": "U012AB3CD U012AB3CE"}
    assert desk.session.scalars(select(Team.slack_channel).where(Team.slug == "maintenance")).one() == "#repairs"
    assert TOKEN not in shown
    assert SECRET not in shown
    assert "Practice mode" in tried
    browser.post("/admin/slack/disconnect", data=csrf)
    desk.session.expire_all()
    assert (row.active, row.secrets) == (False, None)


def test_the_manifest_asks_for_what_the_app_needs_and_no_more(app: APIFlask, desk: Desk, admin: Actor) -> None:
    answer = sign_in(app, desk, admin).get("/admin/slack/manifest.json")

    manifest = answer.get_json()
    hook = f"{desk.settings.base_url}/hooks/slack"
    assert manifest == app_manifest(desk.settings.base_url)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert manifest["settings"]["interactivity"]["request_url"] == hook
    assert manifest["settings"]["event_subscriptions"]["request_url"] == hook
    assert set(manifest["oauth_config"]["scopes"]["bot"]) <= ALL_SCOPES | {"groups:history"}


def test_a_test_posts_a_line_and_learns_the_workspace(office: Office, admin: Actor) -> None:
    with SlackStandIn() as slack:
        room = slack.add_channel("repairs")
        desk = replace(
            office.desk,
            settings=replace(office.desk.settings, outside="real"),
            channels={**office.desk.channels, **choose_channels(practice=False)},
        )
        with desk.transaction():
            row = connect_slack(desk, admin, office.company, entered(channel=room.id))
            row.secrets = desk.vault.lock(
                {"bot_token": slack.workspace.bot_token, "signing_secret": SECRET, "api_base": slack.url}
            )

        said = try_slack(desk, admin, office.company)
        slack.script("error", error="token_revoked")
        with pytest.raises(Refused, match="connect Slack again"):
            try_slack(desk, admin, office.company)

    assert "a line was posted" in said
    assert [each.text for each in slack.messages] == [
        f"Frontdesk is connected: tasks of {office.company.name} appear here."
    ]
    assert desk.vault.unlock(row.secrets)["team_id"] == slack.workspace.team_id


def test_a_changed_signing_secret_leaves_the_old_one_valid(office: Office, admin: Actor) -> None:
    desk = office.desk
    with desk.transaction():
        connect_slack(desk, admin, office.company, entered())
        row = connect_slack(desk, admin, office.company, entered(bot_token="", signing_secret="f" * 32))

    assert desk.vault.unlock(row.secrets)["signing_secret_previous"] == SECRET


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"bot_token": ""}, "bot_token"),
        ({"signing_secret": "short"}, "signing_secret"),
        ({"channel": "two words"}, "channel"),
        ({"people": "Tom"}, "people"),
    ],
)
def test_what_cannot_be_is_named(office: Office, admin: Actor, wrong: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        connect_slack(office.desk, admin, office.company, entered(**wrong))

    assert refusal.value.field == field
    with pytest.raises(Forbidden):
        connect_slack(office.desk, office.maria, office.company, entered())
