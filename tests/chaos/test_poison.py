"""C16, C17: mail that breaks parsers comes among good mail; the good is not delayed, the bad is seen once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from sqlalchemy import func, select

from channels.child import CPU_SECONDS, TOO_MUCH
from hub.models import Envelope, Ticket
from hub.processes import in_session
from hub.services.intake import accept, accept_all
from tests.channels.email.test_bad_input import READABLE, UNREADABLE
from tests.chaos.conftest import Judge
from tests.chaos.crew import ROOT
from tests.chaos.rig import Rig
from tests.chaos.tokens import Tally
from tests.journeys.running import wait_for
from tests.letters import arrive, make_mail

POISON = UNREADABLE | {name: raw for name, (raw, _) in READABLE.items()}
MEGABYTES = 768  # three quarters of what the product gives; a worker with its model at rest has 330
NEST = 2_000_000
LARGE = "Hello " * 150_000  # more than is read without a process of its own
# Python imports a `sitecustomize` by itself: the parser's process finds its way of choosing a channel replaced by a loop.
ENDLESS = """
import resource, sys
if "channels.child" in sys.orig_argv:
    import channels.registry
    def loop(kind):
        limit, _ = resource.getrlimit(resource.RLIMIT_CPU)
        with open({seen!r}, "w") as seen:
            seen.write(str(limit))
        resource.setrlimit(resource.RLIMIT_CPU, (limit - {spared}, limit - {spared}))
        while True:
            pass
    channels.registry.find_channel = loop
"""


def test_c16_good_mail_is_unaffected_by_bad_mail_and_each_bad_one_is_seen_once(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C16", rig.scale.seed)
    rig.open_mailbox()
    dice = rig.scale.dice("C16")
    names = dice.sample(sorted(POISON), rig.scale.pick(20, len(POISON)))
    worker = rig.crew.start("worker", rig.environ(), megabytes=MEGABYTES)

    with rig.desk() as desk:
        for name in names:
            good = [arrive(each) for each in tally.mails(rig.scale.pick(3, 20))]
            bad = arrive(POISON[name], source="poison", mail_from=f"{len(good)}@example.com")
            with desk.transaction():
                accept_all(desk, [*good, bad], company_id=rig.company.id)
    judge("C16", tally, rig, seconds=rig.scale.pick(90, 300))

    with rig.desk() as desk:
        poison = desk.session.scalars(select(Envelope).where(Envelope.source == "poison")).all()
        stubs = desk.session.scalar(select(func.count()).where(Envelope.stub_ticket_id.is_not(None))) or 0
    shown = {each.id for each in poison if each.message_id or each.stub_ticket_id or each.duplicate_of_id}
    assert len(shown) == len(poison) == len(names)
    assert stubs == sum(each.state == "parked" for each in poison)
    assert worker.alive


def test_c17_what_takes_a_parser_too_long_is_read_or_parked_and_delays_nobody(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C17", rig.scale.seed)
    rig.open_mailbox()
    quotes = make_mail("Hello").replace(b"Hello", b"> " * (NEST // 2) + b"Hello")
    markup = (
        make_mail("Hello", subject="Markup")
        .replace(b"text/plain", b"text/html")
        .replace(b"Hello", b"<div>" * (NEST // 5))
    )
    with rig.desk() as desk, desk.transaction():
        for each in (quotes, markup):
            accept(desk, arrive(each, source="poison"), company_id=rig.company.id)
        for each in tally.mails(rig.scale.pick(10, 100)):
            accept(desk, arrive(each), company_id=rig.company.id)

    worker = rig.crew.start("worker", rig.environ())

    judge("C17", tally, rig, seconds=120)
    assert worker.alive


def test_c17_a_parser_that_computes_for_ever_is_killed_after_twenty_seconds_and_its_mail_seen(
    rig: Rig, judge: Judge, tmp_path: Path
) -> None:
    tally = Tally.begin("C17h", rig.scale.seed)
    rig.open_mailbox()
    seen = tmp_path / "limit"
    spared = rig.scale.pick(CPU_SECONDS - 2, 0)  # the small run looks at the limit and burns two seconds of it
    (tmp_path / "sitecustomize.py").write_text(ENDLESS.format(seen=str(seen), spared=spared), encoding="ascii")
    with rig.desk() as desk, desk.transaction():
        accept(desk, arrive(make_mail(LARGE, subject="Endless"), source="poison"), company_id=rig.company.id)
        for each in tally.mails(rig.scale.pick(5, 50)):
            accept(desk, arrive(each), company_id=rig.company.id)

    worker = rig.crew.start("worker", rig.environ(PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}"))

    judge("C17 endless", tally, rig, kills=1, seconds=120)
    with rig.desk() as desk:
        row = desk.session.scalars(select(Envelope).where(Envelope.source == "poison")).one()
        stub = desk.session.get_one(Ticket, row.stub_ticket_id)
    assert seen.read_text(encoding="ascii") == "20"
    assert (row.state, row.reason, stub.status) == ("parked", TOO_MUCH, "new")
    assert worker.alive


def test_c17_a_parser_that_the_system_kills_leaves_a_message_that_people_see(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C17k", rig.scale.seed)
    rig.open_mailbox()
    large = make_mail(LARGE, subject="Large")
    with rig.desk() as desk, desk.transaction():
        accept(desk, arrive(large, source="poison"), company_id=rig.company.id)
        for each in tally.mails(5):
            accept(desk, arrive(each), company_id=rig.company.id)
    worker = rig.crew.start("worker", rig.environ())

    def parser() -> list[int]:
        return [pid for pid in in_session(worker.pid) if pid != worker.pid]

    (child, *_) = wait_for(parser, "The parser of the large mail", seconds=60)
    os.kill(child, signal.SIGKILL)

    judge("C17 killed", tally, rig, kills=1, seconds=120)
    with rig.desk() as desk:
        row = desk.session.scalars(select(Envelope).where(Envelope.source == "poison")).one()
        stub = desk.session.get_one(Ticket, row.stub_ticket_id)
    assert (row.state, stub.status) == ("parked", "new")
