"""Downloading the photos that people put into a thread, from Slack and from nowhere else."""

from __future__ import annotations

from channels.channel import Account
from channels.egress import Policy, RefusedError, Resolver, download, host_of
from channels.message import Attachment, MediaLink
from channels.slack.api import PUBLIC_API, api_base
from channels.sniff import safe_file_name

FILES_HOST = "files.slack.com"
MAX_BYTES = 50_000_000
SECONDS = 60.0


def fetch_file(link: MediaLink, account: Account, *, resolve: Resolver | None = None) -> Attachment:
    """Download one file with the bot's token, which only Slack's own hosts get to see (`files:read`).

    Raises `Unreachable`, and its kind `RefusedError` where asking again will not help.
    """
    base = api_base(account)
    own_hosts = frozenset() if base == PUBLIC_API else frozenset({host_of(base)})
    token = f"Bearer {account.settings.get('bot_token', '')}"
    hosts = own_hosts | {FILES_HOST}
    policy = Policy(hosts=hosts, own_hosts=own_hosts, max_bytes=MAX_BYTES, seconds=SECONDS)
    file = download(link.url, policy, authorization=dict.fromkeys(hosts, token), resolve=resolve)
    if file.content_type == "text/html" and link.content_type != "text/html":
        raise RefusedError("Slack answered with its sign-in page: our app lacks the permission files:read.")
    return Attachment(
        name=safe_file_name(file.name, file.content_type),
        content_type=file.content_type,
        data=file.data,
        declared_type=link.content_type or file.declared_type,
    )
