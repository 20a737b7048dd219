"""Photos that a provider keeps for us: fetched after the message is safe, and never lost in silence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import select

from channels.channel import Account, Unreachable
from channels.console import practise
from channels.egress import RefusedError
from channels.message import Attachment as File
from channels.message import Envelope, MediaLink
from channels.sms.channel import SmsChannel
from hub.clock import FixedClock
from hub.desk import Desk
from hub.models import Attachment, ChannelAccount, Message
from hub.services.intake import accept, receive
from hub.services.intake.media import LEASE, fetch_media
from tests.channels.sms_values import ACCOUNT_SID, DESK, MESSAGE_SID, a_form
from tests.factories import make_company

PHOTO = b"\x89PNG\r\n\x1a\n a photo of a tap"
URL = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{MESSAGE_SID}/Media/ME1"
Answer = Callable[[], File]


def a_photo() -> File:
    return File("tap.png", "image/png", PHOTO)


def away() -> File:
    raise Unreachable("Twilio did not answer.")


def refused() -> File:
    raise RefusedError("This file is not kept for us by Twilio.")


@dataclass
class PhotoChannel(SmsChannel):
    """Texts as ever, and a provider that answers each request for a file as it was told to."""

    answers: list[Answer]
    asked: list[str] = field(default_factory=list)

    def fetch_media(self, link: MediaLink, account: Account) -> File:
        self.asked.append(link.url)
        return self.answers.pop(0)()


def receive_text(desk: Desk, clock: FixedClock, *answers: Answer) -> tuple[Desk, Message, PhotoChannel]:
    """Take in a text with two photos at a desk whose provider gives these answers."""
    channel = PhotoChannel(list(answers))
    desk = replace(desk, channels={"sms": channel})
    company = make_company(desk, number=DESK)
    account = desk.session.scalars(select(ChannelAccount)).one()
    raw = a_form(NumMedia="2", MediaUrl0=f"{URL}0", MediaUrl1=f"{URL}1", MediaContentType0="image/png")
    with desk.transaction():
        arrival = Envelope("sms", f"twilio:{account.id}", MESSAGE_SID, raw, clock.at)
        accept(desk, arrival, company_id=company.id, account_id=account.id)
    receive(desk)
    return desk, desk.session.scalars(select(Message)).one(), channel


def notes(desk: Desk) -> list[str]:
    return list(desk.session.scalars(select(Message.text).where(Message.visibility == "internal").order_by(Message.id)))


def test_photos_of_a_text_come_to_its_message(desk: Desk, clock: FixedClock) -> None:
    desk, message, channel = receive_text(desk, clock, a_photo, a_photo)

    assert fetch_media(desk) == 1

    files = desk.session.scalars(select(Attachment)).all()
    assert [(each.message_id, each.name, desk.storage.get(each.sha256)) for each in files] == [
        (message.id, "tap.png", PHOTO)
    ] * 2
    assert channel.asked == [f"{URL}0", f"{URL}1"]
    assert "media_waiting" not in message.facts
    assert fetch_media(desk) == 0


def test_what_the_provider_could_not_give_is_asked_for_again_later(desk: Desk, clock: FixedClock) -> None:
    desk, message, channel = receive_text(desk, clock, a_photo, away, a_photo)
    fetch_media(desk)

    assert fetch_media(desk) == 0
    clock.at += timedelta(minutes=2)
    assert fetch_media(desk) == 1

    assert channel.asked == [f"{URL}0", f"{URL}1", f"{URL}1"]
    assert len(desk.session.scalars(select(Attachment)).all()) == 2
    assert "media_waiting" not in message.facts
    assert notes(desk) == []


def test_a_file_that_will_never_come_is_said_in_a_note(desk: Desk, clock: FixedClock) -> None:
    desk, message, _ = receive_text(desk, clock, a_photo, refused)

    fetch_media(desk)

    (note,) = notes(desk)
    assert note.startswith("One file of this message could not be fetched: This file is not kept for us by Twilio.")
    assert note.endswith(f"Ask {message.author_address} to send it again.")
    assert "media_waiting" not in message.facts


def test_after_a_day_of_trying_a_note_says_what_is_missing(desk: Desk, clock: FixedClock) -> None:
    desk, message, channel = receive_text(desk, clock, *[away] * 100)

    while "media_waiting" in message.facts:
        fetch_media(desk)
        clock.at += timedelta(minutes=30)

    (note,) = notes(desk)
    assert note.startswith("2 files of this message could not be fetched: Twilio did not answer.")
    assert 10 <= len(channel.asked) <= 100


def test_a_worker_that_died_while_fetching_is_followed_by_another(desk: Desk, clock: FixedClock) -> None:
    def die() -> File:
        raise KeyboardInterrupt

    desk, message, _ = receive_text(desk, clock, die, a_photo, a_photo)
    try:
        fetch_media(desk)
    except KeyboardInterrupt:
        desk.session.rollback()

    assert fetch_media(desk) == 0
    clock.at += LEASE
    assert fetch_media(desk) == 1

    assert len(desk.session.scalars(select(Attachment)).all()) == 2
    assert message.facts.get("media_attempts") is None


def test_a_text_through_an_account_that_is_gone_says_so(desk: Desk, clock: FixedClock) -> None:
    desk, _, channel = receive_text(desk, clock)
    desk.session.delete(desk.session.scalars(select(ChannelAccount)).one())
    desk.session.commit()

    fetch_media(desk)

    assert "no longer connected" in notes(desk)[0]
    assert channel.asked == []


def test_in_practice_mode_no_photo_is_asked_for_and_the_ticket_says_so(desk: Desk, clock: FixedClock) -> None:
    desk, _, channel = receive_text(desk, clock, a_photo, a_photo)
    desk = replace(desk, channels={"sms": practise(channel)})

    assert fetch_media(desk) == 1

    assert channel.asked == []
    assert desk.session.scalars(select(Attachment)).all() == []
    assert any("practice mode" in each for each in notes(desk))
    assert fetch_media(desk) == 0
