"""A company's Slack workspace: connected, tried and let go by administrators."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable
from uuid import uuid4

from sqlalchemy import select

from channels.channel import Account
from channels.message import Address, IdentityKind, OutboundMessage, Outcome, Receipt
from hub.desk import Desk
from hub.domain.access import Actor
from hub.errors import Invalid, NotFound, Refused
from hub.models import ChannelAccount, Company, Property, Team
from hub.services.settings.configuration import open_account
from hub.services.staff.scope import must_administer

KIND = "slack"
TOKEN = re.compile(r"xoxb-[A-Za-z0-9-]{8,200}")
SECRET = re.compile(r"[0-9a-f]{32}")
ROOM = re.compile(r"[CG][A-Z0-9]{6,20}|#?[a-z0-9._-]{1,80}")
MEMBER = re.compile(r"[UW][A-Z0-9]{6,20}")
SCOPES = ("chat:write", "channels:history", "groups:history", "files:read", "users:read")
EVENTS = ("message.channels", "message.groups")


@runtime_checkable
class Connectable(Protocol):
    """A channel that can say whose token it is given, and post."""

    def try_out(self, account: Account) -> tuple[Receipt, dict[str, str]]:
        """Ask whose token it is."""

    def send(self, message: OutboundMessage, account: Account) -> Receipt:
        """Post a message."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """What an administrator enters; an empty token or secret keeps the one there is. `rooms` are channels by team or `home-ID`."""

    bot_token: str
    signing_secret: str
    channel: str
    people: str
    rooms: Mapping[str, str]


def workspace_of(desk: Desk, company_id: int) -> ChannelAccount | None:
    """Return a company's workspace, the one cards go to."""
    mine = select(ChannelAccount).where(ChannelAccount.company_id == company_id, ChannelAccount.channel == KIND)
    return desk.session.scalar(mine.order_by(ChannelAccount.active.desc(), ChannelAccount.id).limit(1))


def rooms_of(desk: Desk, company_id: int) -> list[tuple[str, str, str]]:
    """Return where cards can go by team and by building: name of the field, words, channel."""
    teams = desk.session.scalars(select(Team).where(Team.company_id == company_id).order_by(Team.id))
    homes = desk.session.scalars(
        select(Property).where(Property.company_id == company_id).order_by(Property.name, Property.id).limit(200)
    )
    return [
        *((each.slug, each.name, each.slack_channel) for each in teams if each.slug != "front-desk"),
        *((f"home-{each.id}", each.name, each.slack_channel) for each in homes),
    ]


def connect_slack(desk: Desk, actor: Actor, company: Company, wanted: Workspace) -> ChannelAccount:
    """Keep what an administrator entered; raises `Forbidden` and `Invalid`."""
    _check_may(actor, company.id)
    row = workspace_of(desk, company.id)
    kept = _secrets(desk, row)
    token, secret = wanted.bot_token.strip(), wanted.signing_secret.strip().lower()
    if not (TOKEN.fullmatch(token) if token else kept.get("bot_token")):
        raise Invalid("Give the bot token, which begins with xoxb-: OAuth & Permissions of the app.", field="bot_token")
    if not (SECRET.fullmatch(secret) if secret else kept.get("signing_secret")):
        raise Invalid(
            "Give the signing secret, 32 letters and digits: Basic Information of the app.", field="signing_secret"
        )
    channel = _room(wanted.channel, "channel")
    people = wanted.people.replace(",", " ").split()
    strange = next((each for each in people if not MEMBER.fullmatch(each)), "")
    if strange:
        raise Invalid(f"{strange[:40]} is no member ID such as U012AB3CD: copy it from the profile.", field="people")
    if row is None:
        row = ChannelAccount(company_id=company.id, channel=KIND, address="workspace", name=company.name, settings={})
        desk.session.add(row)
    if secret and kept.get("signing_secret") not in {None, "", secret}:
        kept["signing_secret_previous"] = kept["signing_secret"]
    kept |= {name: words for name, words in (("bot_token", token), ("signing_secret", secret)) if words}
    row.secrets = desk.vault.lock(kept)
    row.settings = row.settings | {"channel": channel, "people": " ".join(people)}
    row.active = True
    _keep_rooms(desk, company.id, wanted.rooms)
    desk.session.flush()
    return row


def disconnect_slack(desk: Desk, actor: Actor, company: Company) -> None:
    """Let a workspace go: its token is forgotten, cards stay where they are. Raises `Forbidden` and `NotFound`."""
    _check_may(actor, company.id)
    row = workspace_of(desk, company.id)
    if row is None:
        raise NotFound("Slack is not connected.")
    row.active, row.secrets = False, None


def try_slack(desk: Desk, actor: Actor, company: Company) -> str:
    """Ask Slack whose token it is, keep the workspace's id and post a line to the channel; returns what came of it.

    Talks to Slack, so no transaction may be open. Raises `Forbidden`, and `Refused` with what is wrong and what to do.
    """
    _check_may(actor, company.id)
    row = workspace_of(desk, company.id)
    channel: Any = desk.channels.get(KIND)
    if row is None or not row.active or not isinstance(channel, Connectable):
        raise Refused("Slack is not connected yet: enter token and signing secret first.")
    if desk.settings.practice:
        raise Refused("Practice mode: nothing leaves this machine. Set HUB_OUTSIDE=real to try it.")
    number, account = row.id, open_account(desk, row)
    desk.session.commit()
    receipt, found = channel.try_out(account)
    if receipt.outcome is not Outcome.ACCEPTED:
        raise Refused(receipt.error)
    with desk.transaction() as session:
        kept = session.get_one(ChannelAccount, number, with_for_update=True)
        secrets = desk.vault.unlock(kept.secrets)
        if found.get("team_id") and secrets.get("team_id") != found["team_id"]:
            kept.secrets = desk.vault.lock(secrets | {"team_id": found["team_id"]})
        kept.name = found.get("team", "") or kept.name
    room = account.settings.get("channel", "")
    if not room:
        return (
            f"Slack knows us in {found.get('team', 'the workspace')}. No channel is chosen: cards go where teams say."
        )
    to = Address(IdentityKind.SLACK, room)
    words = f"Frontdesk is connected: tasks of {company.name} appear here."
    said = channel.send(OutboundMessage(id=uuid4(), channel=KIND, sender=to, recipients=(to,), text=words), account)
    if said.outcome is not Outcome.ACCEPTED:
        raise Refused(said.error)
    return f"Slack knows us in {found.get('team', 'the workspace')}, and a line was posted to {room}."


def app_manifest(base_url: str, name: str = "Frontdesk") -> dict[str, Any]:
    """Return the manifest from which Slack makes our app (https://docs.slack.dev/reference/app-manifest)."""
    hook = f"{base_url}/hooks/slack"
    return {
        "display_information": {
            "name": name,
            "description": "Tasks from customer service: accept, say what blocks, send photos, finish.",
            "background_color": "#0b5f75",
        },
        "features": {"bot_user": {"display_name": name, "always_online": True}},
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"request_url": hook, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, "request_url": hook},
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }


def _keep_rooms(desk: Desk, company_id: int, rooms: Mapping[str, str]) -> None:
    checked = {name: _room(words, name) for name, words in rooms.items()}
    for team in desk.session.scalars(select(Team).where(Team.company_id == company_id)):
        team.slack_channel = checked.get(team.slug, team.slack_channel)
    for home in desk.session.scalars(select(Property).where(Property.company_id == company_id)):
        home.slack_channel = checked.get(f"home-{home.id}", home.slack_channel)


def _room(words: str, field: str) -> str:
    room = words.strip()
    if room and not ROOM.fullmatch(room):
        raise Invalid("Give the channel's ID, such as C012AB3CD, or its name, such as #repairs.", field=field)
    return room


def _secrets(desk: Desk, row: ChannelAccount | None) -> dict[str, str]:
    return desk.vault.unlock(row.secrets) if row is not None else {}


def _check_may(actor: Actor, company_id: int) -> None:
    must_administer(actor, company_id, "connect Slack")
