"""While much mail waits, what speaks of danger goes first; nothing else changes its place."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from hub.desk import Desk
from hub.domain.envelope import Lane
from hub.models import Envelope, Message, Ticket
from hub.services.intake import Lookout, accept, receive
from hub.services.intake.lookout import AT_ONCE, BEGINNING
from hub.services.triage.triage import triage
from tests.factories import make_company
from tests.letters import arrive, make_mail

CALM = "The bicycle cellar is untidy again, could somebody have a look some day?"
TOLD = (
    "Whenever I open the cabinet under the cooktop I get this nasty whiff like a bad egg salad and my eyes water a bit."
)
DANGER = "There is a strong smell of gas in the whole flat."


@pytest.fixture(autouse=True)
def _company(desk: Desk) -> None:
    make_company(desk, mail="desk@example.org")


def let_wait(desk: Desk, *raws: bytes) -> list[int]:
    """Accept letters, and file none."""
    with desk.transaction():
        return [accept(desk, arrive(raw)).id for raw in raws]


def calm(many: int) -> list[bytes]:
    return [make_mail(f"{CALM} ({number})", subject=f"Cellar {number}") for number in range(many)]


def look_at_all(lookout: Lookout, desk: Desk) -> int:
    """Look until nothing is left to look at; return at how many letters it looked."""
    looked = 0
    while some := lookout.look(desk):
        looked += some
    return looked


def put_first(desk: Desk) -> list[int]:
    desk.session.expire_all()
    return list(desk.session.scalars(select(Envelope.id).where(Envelope.lane == int(Lane.QUICK)).order_by(Envelope.id)))


def test_a_danger_behind_much_mail_is_filed_before_it(desk: Desk) -> None:
    let_wait(desk, *calm(12))
    (danger,) = let_wait(desk, make_mail(DANGER, subject="Please help"))

    looked = look_at_all(Lookout(backlog=10), desk)
    (filed, *_) = receive(desk, limit=1)

    assert looked == 13
    assert put_first(desk) == [danger]
    assert filed.envelope_id == danger
    assert desk.session.get_one(Ticket, filed.ticket_id).emergency


def test_behind_little_mail_nothing_is_looked_at(desk: Desk) -> None:
    let_wait(desk, *calm(4), make_mail(DANGER))

    assert Lookout(backlog=10).look(desk) == 0
    assert put_first(desk) == []


def test_what_comes_is_looked_at_before_what_came_earlier(desk: Desk) -> None:
    lookout = Lookout(backlog=10)
    let_wait(desk, make_mail(DANGER, subject="Long ago"), *calm(AT_ONCE + 10))
    lookout.look(desk)
    (danger,) = let_wait(desk, make_mail(DANGER, subject="Just now"))

    lookout.look(desk)

    assert put_first(desk) == [danger]
    look_at_all(lookout, desk)
    assert len(put_first(desk)) == 2


def test_every_letter_is_looked_at_once(desk: Desk) -> None:
    lookout = Lookout(backlog=10)
    let_wait(desk, *calm(AT_ONCE))
    looked = [look_at_all(lookout, desk)]
    let_wait(desk, *calm(3))

    looked.append(look_at_all(lookout, desk))

    assert looked == [AT_ONCE, 3]


def test_photos_behind_the_words_do_not_hide_them(desk: Desk) -> None:
    letter = message_from_bytes(make_mail(DANGER), policy=default)
    letter.add_attachment(bytes(BEGINNING * 20), maintype="image", subtype="jpeg", filename="photo.jpg")
    let_wait(desk, *calm(12))
    (danger,) = let_wait(desk, letter.as_bytes())

    look_at_all(Lookout(backlog=10), desk)

    assert put_first(desk) == [danger]


def test_what_cannot_be_read_keeps_no_other_letter_from_being_looked_at(desk: Desk) -> None:
    broken, *_, danger = let_wait(desk, *calm(12), make_mail(DANGER, subject="Gas"))
    with desk.transaction() as session:
        row = session.get_one(Envelope, broken)
        row.channel = "pigeon"

    look_at_all(Lookout(backlog=10), desk)

    assert put_first(desk) == [danger]


def test_the_words_of_machines_put_nothing_first(desk: Desk) -> None:
    let_wait(desk, *calm(12), make_mail(DANGER, Auto_Submitted="auto-replied"))

    look_at_all(Lookout(backlog=10), desk)

    assert put_first(desk) == []
    assert desk.session.scalars(select(Message)).all() == []


def test_what_may_be_a_danger_is_triaged_before_whatever_else_waits(desk: Desk) -> None:
    let_wait(desk, *calm(3))
    (told,) = let_wait(desk, make_mail(TOLD, subject="Stove"))
    while receive(desk):
        pass

    triage(desk, limit=1)

    desk.session.expire_all()
    (first,) = desk.session.scalars(select(Message).where(Message.triaged_at.is_not(None)))
    assert first.id == desk.session.get_one(Envelope, told).message_id


def test_what_may_be_a_danger_is_put_before_much_mail(desk: Desk) -> None:
    let_wait(desk, *calm(12))
    (told,) = let_wait(desk, make_mail(TOLD, subject="Stove"))

    look_at_all(Lookout(backlog=10), desk)

    assert put_first(desk) == [told]
