"""C15: one mail to two of our addresses is one message; another mail under its Message-ID is another message."""

from __future__ import annotations

from sqlalchemy import select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.models import Envelope
from hub.services.intake import accept_all, receive
from hub.services.settings.setup import connect_account
from tests.chaos.conftest import Judge
from tests.chaos.room import MAIL, Room
from tests.chaos.scale import Scale
from tests.chaos.tokens import Tally
from tests.letters import arrive, make_mail


def test_c15_one_mail_to_two_addresses_is_one_and_another_text_under_its_id_is_two(
    desk: Desk, clock: FixedClock, judge: Judge, scale: Scale
) -> None:
    room, tally = Room.furnish(desk, clock), Tally.begin("C15", scale.seed)
    with desk.transaction():
        connect_account(desk, room.company, "email", "repairs@example.org", {})
    dice = scale.dice("C15")
    arrivals = []
    pairs = scale.pick(20, 500)

    for number in range(pairs):
        identity = f"<{number}.{tally.run}@example.com>"
        both = tally.mail(to=f"{MAIL}, repairs@example.org", Message_ID=identity)
        other = make_mail(f"Something else. {tally.token()}", Message_ID=identity)
        arrivals += [
            arrive(b"Received: by a.example.org\r\n" + both, rcpt_to=MAIL),
            arrive(b"Received: by b.example.org\r\n" + both, rcpt_to="repairs@example.org"),
            arrive(other, rcpt_to=MAIL),
        ]
    dice.shuffle(arrivals)
    with desk.transaction():
        accept_all(desk, arrivals)
    while receive(desk):
        pass

    judge("C15", tally, room)
    linked = desk.session.scalars(select(Envelope.duplicate_of_id).where(Envelope.state == "duplicate")).all()
    assert room.states() == {"done": 2 * pairs, "duplicate": pairs}
    assert None not in linked
