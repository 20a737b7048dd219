"""Run the stand-in as a process: `python -m tests.standins.twilio --port 8100`."""

import argparse

from tests.standins.process import serve_until_stopped
from tests.standins.twilio.server import ACCOUNT_SID, AUTH_TOKEN, NUMBER, TwilioStandIn


def main() -> None:
    """Serve until stopped; prints where and with which credentials as one line of JSON."""
    parser = argparse.ArgumentParser(description="A stand-in of Twilio on loopback.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--account-sid", default=ACCOUNT_SID)
    parser.add_argument("--auth-token", default=AUTH_TOKEN)
    parser.add_argument("--number", action="append", help="a number the account owns; may be repeated")
    parser.add_argument("--sms-url", default="", help="webhook for inbound texts")
    given = parser.parse_args()
    numbers = given.number or [NUMBER]
    with TwilioStandIn(
        port=given.port,
        account_sid=given.account_sid,
        auth_token=given.auth_token,
        numbers=numbers,
        sms_url=given.sms_url,
    ) as twilio:
        account = twilio.account
        facts = {"url": twilio.url, "account_sid": account.sid, "auth_token": account.auth_token, "numbers": numbers}
        serve_until_stopped(facts)


main()
