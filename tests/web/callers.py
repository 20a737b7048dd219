"""Providers that call the desk: their accounts, their signatures, and what their calls leave behind."""

from __future__ import annotations

from apiflask import APIFlask
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from channels.sms.form import read_form
from hub.clock import FixedClock
from hub.desk import Desk
from hub.models import ChannelAccount, Company
from hub.services.settings.setup import connect_account
from tests.channels.slack_values import SECRET, TEAM, sign
from tests.channels.sms_values import ACCOUNT_SID, DESK, TOKEN

BASE = "http://desk.example.org"


ELSEWHERE = "+12025550150"


def connect_sms(desk: Desk, company: Company, number: str = DESK, **more: str) -> ChannelAccount:
    row = connect_account(
        desk, company, "sms", number, {"account_sid": ACCOUNT_SID, "auth_token": TOKEN, "number": number, **more}
    )
    desk.session.commit()
    return row


def connect_slack(desk: Desk, company: Company, **more: str) -> ChannelAccount:
    row = connect_account(
        desk, company, "slack", f"{TEAM}-{company.id}", {"bot_token": "b", "signing_secret": SECRET, **more}
    )
    desk.session.commit()
    return row


def text_us(
    app: APIFlask, body: bytes, *, path: str = "/hooks/sms", signed_for: str = "", token: str = TOKEN, **headers: str
) -> TestResponse:
    """Call as Twilio calls: the signature covers the public URL and every field."""
    signature = RequestValidator(token).compute_signature(signed_for or BASE + path, read_form(body))
    return app.test_client().post(
        path,
        data=body,
        headers={"X-Twilio-Signature": signature, **headers},
        content_type="application/x-www-form-urlencoded",
    )


def press(app: APIFlask, body: bytes, clock: FixedClock, *, age: int = 0, **headers: str) -> TestResponse:
    """Call as Slack calls: the signature covers the raw body and the time."""
    timestamp = str(int(clock.at.timestamp()) - age)
    signed = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": sign(body, timestamp)}
    return app.test_client().post(
        "/hooks/slack", data=body, headers={**signed, **headers}, content_type="application/x-www-form-urlencoded"
    )


def counted(desk: Desk, model: type) -> int:
    return desk.session.scalar(select(func.count()).select_from(model)) or 0
