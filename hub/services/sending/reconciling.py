"""Comparing providers' lists with ours: what they hold and we do not comes in, under the same key as its webhook."""

from __future__ import annotations

import logging
from datetime import timedelta

from channels.channel import Account, ReconcilingChannel, Unreachable
from hub.desk import Desk
from hub.models import ChannelAccount
from hub.services.intake import accept_all
from hub.services.settings.configuration import read_directory

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(hours=24)


def reconcile_channels(desk: Desk) -> int:
    """Ask every account that keeps a list for what came in; returns how many messages were new to us."""
    with desk.transaction():
        directory = read_directory(desk)
    new = 0
    for account_id, account in directory.accounts.items():
        channel = desk.channels.get(account.channel)
        if isinstance(channel, ReconcilingChannel):
            new += _reconcile(desk, channel, account, directory.company_of_account[account_id])
    return new


def _reconcile(desk: Desk, channel: ReconcilingChannel, account: Account, company_id: int) -> int:
    try:
        arrivals = channel.recent(account, since=desk.clock.now() - LOOK_BACK)
    except Unreachable as error:
        log.warning("Account %d could not be compared: %s", account.id, error)
        with desk.transaction() as session:
            row = session.get(ChannelAccount, account.id)
            if row is not None:
                row.last_error = str(error)
                row.last_error_at = desk.clock.now()
        return 0
    with desk.transaction() as session:
        row = session.get(ChannelAccount, account.id)
        if row is not None:
            row.last_fetch_at = desk.clock.now()
            row.last_error = ""
        if not arrivals:
            return 0
        return sum(each.new for each in accept_all(desk, arrivals, company_id=company_id, account_id=account.id))
