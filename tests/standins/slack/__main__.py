"""Run the stand-in as a process: `python -m tests.standins.slack --port 8200`."""

import argparse
from dataclasses import asdict

from tests.standins.process import serve_until_stopped
from tests.standins.slack.server import BOT_TOKEN, SIGNING_SECRET, SlackStandIn


def main() -> None:
    """Serve until stopped; prints where, with which secrets, and who is there as one line of JSON."""
    parser = argparse.ArgumentParser(description="A stand-in of Slack on loopback.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--bot-token", default=BOT_TOKEN)
    parser.add_argument("--signing-secret", default=SIGNING_SECRET)
    parser.add_argument("--interactivity-url", default="")
    parser.add_argument("--events-url", default="")
    parser.add_argument("--channel", action="append", help="a channel the bot is in; may be repeated")
    given = parser.parse_args()
    slack = SlackStandIn(
        port=given.port,
        bot_token=given.bot_token,
        signing_secret=given.signing_secret,
        interactivity_url=given.interactivity_url,
        events_url=given.events_url,
    )
    channels = [asdict(slack.add_channel(name)) for name in given.channel or ["maintenance"]]
    user = slack.add_user("Tom Ritter", "tom.ritter@example.org")
    with slack:
        serve_until_stopped(
            {
                "url": slack.url,
                "control": slack.url.removesuffix("/api/"),
                "bot_token": given.bot_token,
                "signing_secret": given.signing_secret,
                "channels": channels,
                "users": [asdict(user)],
            }
        )


main()
