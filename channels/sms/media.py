"""Downloading the pictures of a text from Twilio, and from nowhere else."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import urlsplit

from channels.channel import Account
from channels.egress import Policy, RefusedError, Resolver, download, host_of
from channels.message import Attachment, MediaLink
from channels.sms.api import PUBLIC_API, api_base
from channels.sniff import safe_file_name

MAX_BYTES = 50_000_000
SECONDS = 60.0
# Where the API sends us for the bytes: https://www.twilio.com/docs/messaging/api/media-resource
_STORES = frozenset({".twiliocdn.com", "s3-external-1.amazonaws.com"})


def fetch_file(link: MediaLink, account: Account, *, resolve: Resolver | None = None) -> Attachment:
    """Download one file with the account's credentials, which only the API's own host gets to see.

    Raises `Unreachable`, and its kind `RefusedError` where asking again will not help.
    """
    base = api_base(account)
    url = base + link.url.removeprefix(PUBLIC_API) if link.url.startswith(PUBLIC_API + "/") else link.url
    sid, token = account.settings.get("account_sid", ""), account.settings.get("auth_token", "")
    api = host_of(base)
    if not _is_ours(url, base, sid):
        raise RefusedError("This file is not kept for us by Twilio.")
    own_hosts = frozenset() if base == PUBLIC_API else frozenset({api})
    policy = Policy(hosts=_STORES | {api}, own_hosts=own_hosts, max_bytes=MAX_BYTES, seconds=SECONDS)
    credentials = "Basic " + b64encode(f"{sid}:{token}".encode()).decode("ascii")
    file = download(url, policy, authorization={api: credentials}, resolve=resolve)
    return Attachment(
        name=safe_file_name(file.name, file.content_type),
        content_type=file.content_type,
        data=file.data,
        declared_type=link.content_type or file.declared_type,
    )


def _is_ours(url: str, base: str, account_sid: str) -> bool:
    """Tell whether a URL begins at the API and names our account."""
    try:
        same = host_of(url) == host_of(base) and urlsplit(url).scheme == urlsplit(base).scheme
    except ValueError:
        return False
    return same and bool(account_sid) and f"/Accounts/{account_sid}/" in urlsplit(url).path
