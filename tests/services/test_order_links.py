"""A craftsman's private link: each step once, whatever is sent twice, and nothing of a resident too early or too late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from channels.message import Attachment
from hub.clock import FixedClock
from hub.desk import Desk
from hub.errors import Invalid, NotFound, Refused
from hub.models import Order, OrderEvent, OrderPhoto, Task, TicketEvent
from hub.services.operations.order_link import (
    GONE,
    accept,
    arrive,
    ask_for_more,
    decline,
    find_by_token,
    finish,
    give_up,
    open_sheet,
    propose,
)
from hub.services.operations.orders import cancel_order
from tests.services.ordering import AFTERNOON, MORNING, NOVAK, NOVAKS_PHONE, Work, a_form, make_work, report
from tests.services.steps import Office

NINE = MORNING[0].isoformat()
THREE = AFTERNOON[0].isoformat()
Step = Callable[[Desk, str, UUID], Order]


@pytest.fixture
def work(office: Office) -> Work:
    """Return a drain to clear."""
    return make_work(office)


def do(work: Work, order: Order, step: Callable[..., Order], *given: object, form: UUID | None = None) -> Order:
    """Take a step in a transaction of its own, as a page does."""
    with work.office.desk.transaction():
        return step(work.office.desk, work.token(order), form or a_form(), *given)


def counted(work: Work) -> tuple[int, int, int]:
    """Return how many lines the order and the ticket have, and how many photos are kept."""
    session = work.office.desk.session
    found = [
        session.scalar(select(func.count()).select_from(each)) or 0 for each in (OrderEvent, TicketEvent, OrderPhoto)
    ]
    return found[0], found[1], found[2]


def test_before_accepting_nobody_reads_who_lives_there_and_where_exactly(work: Work) -> None:
    order = work.order(scope=f"Clear the drain of {NOVAK} in 1A, {NOVAKS_PHONE}")

    sheet = open_sheet(work.office.desk, work.token(order))

    assert (sheet.title, sheet.area, sheet.visit) == ("Drain in [unit] blocked", "Park 3", None)
    assert sheet.order.scope == "Clear the drain of [name] in [unit], [phone]"


def test_after_accepting_the_name_the_door_and_the_number_are_there_until_the_work_is_done(
    work: Work, clock: FixedClock
) -> None:
    order = work.accepted()
    shown = open_sheet(work.office.desk, work.token(order)).visit
    clock.at = MORNING[0]
    do(work, order, arrive)
    do(work, order, finish, report())

    assert shown is not None
    assert (shown.name, shown.phone, shown.place) == (NOVAK, NOVAKS_PHONE, "Park 3 1A")
    assert (shown.floor, shown.access) == ("2nd floor", "Key box 2")
    assert open_sheet(work.office.desk, work.token(order)).visit is None


def test_a_visit_far_away_names_nobody_yet(work: Work) -> None:
    far = (MORNING[0] + timedelta(days=9), MORNING[1] + timedelta(days=9))

    order = work.accepted(far, slots=(far,))

    assert open_sheet(work.office.desk, work.token(order)).visit is None


def test_looking_changes_nothing_however_often_a_scanner_looks(work: Work) -> None:
    order = work.order()
    before = counted(work)

    for _ in range(3):
        open_sheet(work.office.desk, work.token(order))

    assert counted(work) == before
    assert find_by_token(work.office.desk, work.token(order)).state == "offered"


@pytest.mark.parametrize("token", ["", "x", "A" * 22, "A" * 21 + "=", "A" * 5000, "../../etc/passwd", "O-1", "٣" * 22])
def test_a_guess_and_nonsense_get_the_same_words(work: Work, token: str) -> None:
    work.order()

    with pytest.raises(NotFound) as refusal:
        open_sheet(work.office.desk, token)

    assert str(refusal.value) == GONE


def test_the_link_ends_two_weeks_after_the_work(work: Work, clock: FixedClock) -> None:
    order = work.accepted()
    do(work, order, finish, report())
    clock.at += timedelta(days=14)
    still = open_sheet(work.office.desk, work.token(order)).order.state
    clock.at += timedelta(seconds=1)

    with pytest.raises(Refused, match="This link has ended"):
        open_sheet(work.office.desk, work.token(order))
    assert still == "finished"


def test_a_cancelled_order_takes_no_step_and_says_so(work: Work) -> None:
    order = work.order()
    with work.office.desk.transaction():
        cancel_order(work.office.desk, work.tom, order.id)

    for step, given in ((accept, (NINE,)), (arrive, ()), (finish, (report(),)), (decline, ("",))):
        with pytest.raises(Refused, match="was cancelled: please do not come"):
            do(work, order, step, *given)


def test_another_craftsmans_link_reaches_only_their_own_order(work: Work) -> None:
    first = work.order()
    do(work, first, decline, "")
    second = work.order()

    with pytest.raises(Refused, match=f"O-{first.id} is over"):
        do(work, first, accept, NINE)

    assert work.office.desk.session.get_one(Order, second.id).state == "offered"


def test_a_second_tap_does_nothing_twice(work: Work) -> None:
    order = work.order()
    steps: list[tuple[Callable[..., Order], tuple[object, ...]]] = [
        (accept, (NINE,)),
        (arrive, ()),
        (ask_for_more, (report("New pipe", cents=25_000),)),
        (finish, (report(photos=2),)),
    ]
    for step, given in steps:
        form = a_form()
        do(work, order, step, *given, form=form)
        once = counted(work)

        do(work, order, step, *given, form=form)  # the phone sends again
        do(work, order, step, *given)  # another phone does the same

        assert counted(work) == once
    assert counted(work)[2] == 3


def test_of_two_phones_with_two_times_the_first_counts_and_the_second_is_told(work: Work) -> None:
    order = work.order()
    do(work, order, accept, NINE)

    with pytest.raises(Refused, match=r"accepted for Wed 18 Nov 09:00–11:00 already"):
        do(work, order, accept, THREE)

    assert work.office.desk.session.get_one(Order, order.id).starts_at == MORNING[0]


def test_a_form_from_before_does_not_ask_for_more_work_again(work: Work) -> None:
    order = work.accepted()
    form = a_form()
    do(work, order, ask_for_more, report("New pipe", cents=25_000), form=form)
    do(work, order, finish, report())

    again = do(work, order, ask_for_more, report("New pipe", cents=25_000), form=form)

    assert again.state == "finished"


@pytest.mark.parametrize("slot", ["", "tomorrow", "2026-11-18T08:00:00", "2030-01-01T00:00:00+00:00"])
def test_only_a_time_that_was_offered_is_accepted(work: Work, slot: str) -> None:
    order = work.order()

    with pytest.raises(Invalid) as refusal:
        do(work, order, accept, slot)

    assert refusal.value.field == "slot"


def test_a_time_that_has_passed_is_not_accepted(work: Work, clock: FixedClock) -> None:
    order = work.order()
    clock.at = MORNING[1] + timedelta(minutes=1)

    with pytest.raises(Invalid, match="This time is past"):
        do(work, order, accept, NINE)
    assert do(work, order, accept, THREE).state == "accepted"


def test_work_is_not_finished_without_a_photo_or_a_reason(work: Work) -> None:
    order = work.accepted()

    with pytest.raises(Invalid, match="Add a photo of the finished work, or say why"):
        do(work, order, finish, report(photos=0))
    do(work, order, finish, report(photos=0, why="The camera of my phone is broken"))

    assert work.office.desk.session.get_one(Order, order.id).no_photo_reason == "The camera of my phone is broken"


@pytest.mark.parametrize(
    "photo", [Attachment("a.pdf", "application/pdf", b"%PDF"), Attachment("a", "text/html", b"<p>")]
)
def test_what_is_no_photo_is_refused(work: Work, photo: Attachment) -> None:
    order = work.accepted()
    said = report()

    with pytest.raises(Invalid, match="no photo: send JPEG"):
        do(work, order, finish, type(said)(said.words, None, (photo,)))
    with pytest.raises(Invalid, match="at most 6"):
        do(work, order, finish, report(photos=7))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (report("", cents=100), "more_words"),
        (report("Pipe"), "more_amount"),
        (report("Pipe", cents=-5), "more_amount"),
        (report("Pipe", cents=100, photos=0), "more_photos"),
    ],
)
def test_more_work_says_what_why_and_how_much(work: Work, said: object, field: str) -> None:
    order = work.accepted()

    with pytest.raises(Invalid) as refusal:
        do(work, order, ask_for_more, said)

    assert refusal.value.field == field


def test_what_cannot_be_finished_says_why_and_is_the_teams_again(work: Work) -> None:
    order = work.accepted()
    with pytest.raises(Invalid, match="Say why"):
        do(work, order, give_up, " ")

    do(work, order, give_up, f"{NOVAK} is not at home, {NOVAKS_PHONE} does not answer")

    session = work.office.desk.session
    assert session.get_one(Task, work.task.id).state == "to_do"
    assert session.get_one(Order, order.id).report == "[name] is not at home, [phone] does not answer"


def test_an_accepted_time_can_be_changed_by_proposing_another(work: Work) -> None:
    order = work.accepted()

    for _ in range(2):
        do(work, order, propose, AFTERNOON)
    with pytest.raises(Invalid, match="a day and a time to come"):
        do(work, order, propose, None)

    row = work.office.desk.session.get_one(Order, order.id)
    assert (row.state, row.starts_at) == ("proposed", AFTERNOON[0])
    assert open_sheet(work.office.desk, work.token(order)).visit is None


def test_nothing_a_craftsman_does_reaches_the_resident(work: Work) -> None:
    order = work.accepted()
    do(work, order, arrive)
    do(work, order, finish, report())

    assert {each.recipient for each in work.letters()} == {"+12025550192"}
    assert {each.purpose for each in work.letters()} == {"order"}
