"""Operations without Slack: a mail with a link for each step, whose button alone does something."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from hub.clock import FixedClock
from hub.domain.access import Actor, Role
from hub.domain.task import TaskKind
from hub.errors import Forbidden, Invalid, NotFound, Refused
from hub.models import Agent, ChannelAccount, Company, Task, TaskEvent
from hub.services.operations.handmade_tasks import OwnTask, make_own_task
from hub.services.operations.task_details import Details, change_details
from hub.services.operations.task_mail import Readers, Tap, make_token, read_token, readers_of, write_readers
from hub.services.operations.task_talk import answer_operations, ask_customer_service, hand_over
from hub.services.operations.task_taps import open_link, tap
from hub.services.sending.outbox_list import body_shown
from hub.services.settings.configuration import read_directory
from hub.vault import Vault
from tests.factories import make_agent, save
from tests.services.ordering import Work, make_work
from tests.services.steps import Office, outbox

LINK = re.compile(r"^(.+): http://desk\.example\.org/t/(\S+)$", re.MULTILINE)
SECRETS = ("Novak", "jan@example.com", "+49")


@pytest.fixture
def work(office: Office) -> Work:
    """Return a drain to clear; nobody has it yet."""
    return make_work(office)


@pytest.fixture
def admin(office: Office) -> Actor:
    """Return who keeps the settings."""
    return make_agent(office.desk, office.company, "Ada Admin", Role.ADMIN)


def set_readers(work: Work, admin: Actor, readers: Readers) -> None:
    desk = work.office.desk
    with desk.transaction():
        write_readers(desk, admin, desk.session.get_one(Company, work.office.company.id), {"maintenance": readers})


def new_task(work: Work) -> Task:
    with work.office.desk.transaction():
        wanted = OwnTask("Drain of +49 30 23125 102", "maintenance", TaskKind.REPAIR, text="Blocked")
        return make_own_task(work.office.desk, work.tom, wanted)


def give(work: Work, admin: Actor) -> None:
    desk = work.office.desk
    with desk.transaction():
        wanted = Details(TaskKind.REPAIR, assignee_id=work.tom.agent_id)
        change_details(desk, read_directory(desk), admin, work.task.id, wanted)


def token(work: Work, step: Tap) -> str:
    return make_token(work.office.desk, work.task, work.tom.agent_id or 0, step)


def press(work: Work, step: Tap, **given: str) -> str:
    with work.office.desk.transaction():
        return tap(work.office.desk, token(work, step), given)


def test_whoever_is_given_a_task_gets_a_mail_with_a_link_for_each_step(work: Work, admin: Actor) -> None:
    give(work, admin)

    (row,) = outbox(work.office.desk, "task")
    text = row.payload["text"]
    links = dict(LINK.findall(text))
    assert set(links) == {"Accept", "Blocked", "Done", "Ask customer service", "Wrong team"}
    assert text.startswith(f"Given to you by Ada Admin: T-{work.task.id} Drain in 1A blocked")
    assert "Key box 2" in text
    assert not [each for each in SECRETS if each in text]
    assert open_link(work.office.desk, links["Accept"])[2].name == "Tom Ritter"
    assert row.ticket_id is None


def test_everybody_of_operations_gets_what_nobody_has_and_nobody_where_it_is_set_so(work: Work, admin: Actor) -> None:
    make_agent(work.office.desk, work.office.company, "Eva Lang", Role.OPERATIONS)
    set_readers(work, admin, Readers.ALL)
    new_task(work)
    set_readers(work, admin, Readers.NOBODY)
    new_task(work)

    rows = outbox(work.office.desk, "task")
    assert len(rows) == len({each.recipient for each in rows}) == 2
    assert "[phone]" in rows[0].payload["text"]


def test_where_slack_has_the_task_no_mail_does(work: Work, admin: Actor) -> None:
    settings = {"channel": "C1"}
    company = work.office.company.id
    save(work.office.desk, ChannelAccount(company_id=company, channel="slack", address="t1", settings=settings))

    give(work, admin)

    assert outbox(work.office.desk, "task") == []


def test_work_handed_over_and_a_question_answered_reach_whoever_has_it(work: Work, admin: Actor) -> None:
    desk = work.office.desk
    give(work, admin)
    with desk.transaction():
        ask_customer_service(desk, read_directory(desk), work.tom, work.task, "May we come at nine?")
    with desk.transaction():
        answer_operations(desk, read_directory(desk), work.office.maria, work.task, "Yes, at nine")
    with desk.transaction():
        write_readers(desk, admin, work.office.company, {"billing": Readers.ALL})
        hand_over(desk, read_directory(desk), work.tom, work.task, "billing")

    starts = [each.payload["text"].split(":")[0] for each in outbox(desk, "task")]
    assert starts == ["Given to you by Ada Admin", "Answered (Yes, at nine)", "Given from maintenance"]


def test_looking_changes_nothing_and_a_tap_is_a_step_once(work: Work) -> None:
    desk = work.office.desk
    before = work.task.version

    for _ in range(3):
        open_link(desk, token(work, Tap.ACCEPT))
    looked = work.task.version
    said = [press(work, Tap.ACCEPT), press(work, Tap.ACCEPT)]

    number = work.task.id
    assert looked == before
    assert said == [f"T-{number} is In progress.", f"T-{number} is In progress already: nothing was changed."]
    assert desk.session.query(TaskEvent).filter_by(kind="moved").count() == 1
    assert work.task.assignee_id == work.tom.agent_id


def test_every_link_does_its_step(work: Work) -> None:
    number = work.task.id
    said = [
        press(work, Tap.BLOCK, words="No parts", until="2026-11-20"),
        press(work, Tap.BLOCK, words="No parts", until="2026-11-20"),
        press(work, Tap.ASK, words="Who has the key?"),
        press(work, Tap.ASK, words="Who has the key?"),
        press(work, Tap.HAND_OVER, team="leasing"),
        press(work, Tap.HAND_OVER, team="leasing"),
        press(work, Tap.DONE, words="Cleared"),
        press(work, Tap.DONE),
    ]

    assert said == [
        f"T-{number} is Blocked: customer service tells people why.",
        f"T-{number} is Blocked already: nothing was changed.",
        "Customer service was asked.",
        "Customer service was asked already.",
        f"T-{number} is leasing's now.",
        f"T-{number} is leasing's: nothing was changed.",
        f"T-{number} is Done.",
        f"T-{number} is Done already: nothing was changed.",
    ]


def test_a_step_that_cannot_be_or_lacks_words_says_so(work: Work) -> None:
    press(work, Tap.DONE)

    with pytest.raises(Refused, match="is Done and cannot go to Blocked"):
        press(work, Tap.BLOCK, words="No parts", until="2026-11-20")
    press(work, Tap.ACCEPT)
    for given, field in (({"until": "2026-11-20"}, "reason"), ({"words": "x", "until": "soon"}, "until")):
        with pytest.raises(Invalid) as refusal:
            press(work, Tap.BLOCK, **given)
        assert refusal.value.field == field


@pytest.mark.parametrize("place", range(5))
def test_a_token_that_was_changed_anywhere_is_no_token(work: Work, place: int) -> None:
    parts = token(work, Tap.ACCEPT).split("-", 4)
    parts[place] = {0: "999", 1: "999", 2: "done", 3: "9999999999", 4: "A" * 22}[place]

    for guess in ("-".join(parts), "", "x", "1-1-accept-1-x", "²-1-accept-1767225600-" + "A" * 22):
        with pytest.raises(NotFound):
            read_token(work.office.desk, guess)


def test_a_link_ends_after_a_month_and_with_its_owners_rights(work: Work, clock: FixedClock) -> None:
    desk = work.office.desk
    link = token(work, Tap.ACCEPT)
    renewed = replace(desk, vault=Vault("another secret of the tests, long enough", desk.settings.secret_key))

    assert read_token(renewed, link).task_id == work.task.id
    with desk.transaction() as session:
        session.execute(update(Agent).where(Agent.id == work.tom.agent_id).values(active=False))
    with pytest.raises(NotFound):
        tap(desk, link, {})
    clock.at += timedelta(days=31)
    with pytest.raises(Refused, match="has ended"):
        tap(desk, link, {})
    theirs = make_token(desk, work.task, work.office.maria.agent_id or 0, Tap.ACCEPT)
    with pytest.raises(NotFound):
        tap(desk, theirs, {})


def test_only_administrators_set_it_and_nobody_reads_the_links_of_others(work: Work, admin: Actor) -> None:
    desk = work.office.desk
    give(work, admin)
    real = replace(desk, settings=replace(desk.settings, demo=False))

    assert readers_of(work.office.company, "maintenance") is Readers.ASSIGNEE
    assert body_shown(real, outbox(desk, "task")[0]) is None
    with pytest.raises(Forbidden):
        write_readers(desk, work.tom, work.office.company, {"maintenance": "all"})
    with pytest.raises(Invalid):
        write_readers(desk, admin, work.office.company, {"maintenance": "friends"})
