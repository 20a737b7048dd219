"""Twilio's own lists, compared with ours: texts that came while we were down, and texts whose answer was lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from twilio.base.exceptions import TwilioException

from channels.channel import Account, Unreachable
from channels.message import Envelope, OutboundMessage, Outcome, Receipt
from channels.sms.api import PUBLIC_API, UNREADABLE, CallError, connect
from channels.sms.errors import explain_report
from channels.sms.form import write_form
from channels.sms.hook import make_envelope
from channels.sms.outbound import body_of, sending_number
from channels.sms.status import read_status

PAGE_SIZE = 100
MAX_RECENT = 10_000
MAX_TO_ONE_NUMBER = 1_000
CLOCKS_DIFFER = timedelta(minutes=1)
# Looking for a lost text costs nothing to look further back: `known` keeps other texts of ours apart.
CLOCKS_DIFFER_AT_MOST = timedelta(minutes=15)
_TRIAL_PREFIX = "Sent from your Twilio trial account - "


def list_recent(account: Account, since: datetime) -> list[Envelope]:
    """List inbound texts since an instant, oldest first, as the envelopes the webhook makes; raises `Unreachable`.

    https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
    """
    number = sending_number(account)
    only = {"to": number} if number.startswith("+") else {}
    after = since.astimezone(UTC) - CLOCKS_DIFFER
    with _reaching_twilio():
        records = connect(account).messages.stream(date_sent_after=after, page_size=PAGE_SIZE, limit=MAX_RECENT, **only)
        found = [
            _envelope(account, record, since)
            for record in records
            if record.direction == "inbound" and (_instant(record) or after) >= after
        ]
    return sorted(found, key=lambda envelope: envelope.received_at)


def find_text(
    message: OutboundMessage, account: Account, since: datetime, known: frozenset[str] = frozenset()
) -> Receipt | None:
    """Look for a text with this recipient and body created since an instant; raises `Unreachable`.

    Twilio keeps no id of ours, hence the comparison; `since` is the moment of the attempt whose answer was lost,
    `known` the SIDs that belong to other texts of ours.
    """
    after = since.astimezone(UTC) - CLOCKS_DIFFER_AT_MOST
    with _reaching_twilio():
        records = connect(account).messages.stream(
            to=message.recipients[0].value, page_size=PAGE_SIZE, limit=MAX_TO_ONE_NUMBER
        )
        for record in records:
            is_ours = record.direction != "inbound" and record.sid not in known and _is_body(record, message)
            if is_ours and (_instant(record) or after) >= after:
                return _receipt(record)
    return None


@contextmanager
def _reaching_twilio() -> Iterator[None]:
    try:
        yield
    except CallError as error:
        raise Unreachable(str(error)) from error
    except (TwilioException, *UNREADABLE) as error:
        raise Unreachable("Twilio's list of messages could not be read.") from error


def _envelope(account: Account, record: Any, since: datetime) -> Envelope:
    """Write a record as the form Twilio would have posted."""
    fields = [
        ("MessageSid", record.sid),
        ("SmsSid", record.sid),
        ("AccountSid", record.account_sid or ""),
        ("From", record.from_ or ""),
        ("To", record.to or ""),
        ("Body", record.body or ""),
        ("NumSegments", record.num_segments or ""),
        ("NumMedia", record.num_media or "0"),
    ]
    if str(record.num_media or "0") != "0":
        for position, media in enumerate(record.media.list(limit=20)):
            uri = str(media.uri or "").removesuffix(".json")
            fields += [(f"MediaUrl{position}", PUBLIC_API + uri), (f"MediaContentType{position}", media.content_type)]
    return make_envelope(account, record.sid, write_form(fields), _instant(record) or since)


def _instant(record: Any) -> datetime | None:
    instant = record.date_created or record.date_sent
    return instant if isinstance(instant, datetime) else None


def _is_body(record: Any, message: OutboundMessage) -> bool:
    return str(record.body or "").removeprefix(_TRIAL_PREFIX).strip() == body_of(message).strip()


def _receipt(record: Any) -> Receipt:
    if read_status(str(record.status or "")).state == "failed":
        return Receipt(
            Outcome.FAILED, provider_id=record.sid, error=explain_report(record.error_code, record.error_message)
        )
    return Receipt(Outcome.ACCEPTED, provider_id=record.sid)
