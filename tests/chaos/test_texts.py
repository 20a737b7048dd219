"""C24, and C10 for photos and alarms: texts come twenty times at once to two hosts, or while nobody is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Barrier

from sqlalchemy import select

from hub.domain.media import ATTEMPTS, WAITING
from hub.jobs.schedule import EVERY
from hub.models import Company, Message, OnCallStep
from hub.services.sending.sending import LEASE as SENDING_LEASE
from hub.services.settings.setup import connect_account
from tests.chaos.conftest import Judge
from tests.chaos.rig import Rig
from tests.chaos.room import NUMBER
from tests.chaos.test_queue_away import answers
from tests.chaos.tokens import Tally
from tests.factories import save
from tests.journeys.running import wait_for
from tests.ports import free_port
from tests.services.paging import FLOOD, INES, TOM, pages
from tests.services.steps import take_in, text_message
from tests.standins.twilio import NOTHING, TwilioStandIn

PUBLIC = "http://desk.example.org"
AT_ONCE = 20
CLIMB = 90.0  # seconds, more than the minute of the first step
MEDIA_LEASE = 1000.0  # seconds, more than the 15 minutes of a photo


@contextmanager
def twilio_for(rig: Rig) -> Iterator[TwilioStandIn]:
    """Lend a Twilio with a number of the company's."""
    with TwilioStandIn(numbers=(NUMBER,), sms_url=f"{PUBLIC}/hooks/sms", plan=NOTHING) as twilio:
        account = twilio.account
        secrets = {
            "account_sid": account.sid,
            "auth_token": account.auth_token,
            "number": NUMBER,
            "api_base": twilio.url,
        }
        with rig.desk() as desk, desk.transaction():
            company = desk.session.get_one(Company, rig.company.id)
            connect_account(desk, company, "sms", NUMBER, secrets)
        yield twilio


def test_c24_a_text_told_of_twenty_times_at_once_on_two_hosts_is_one_message(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C24", rig.scale.seed)
    ports = [free_port(), free_port()]
    with twilio_for(rig) as twilio, ThreadPoolExecutor(AT_ONCE) as callers:
        for port in ports:
            rig.crew.start("web", rig.environ(PORT=str(port), HUB_BASE_URL=PUBLIC))
        rig.crew.start("worker", rig.environ())
        for port in ports:
            wait_for(lambda port=port: answers(f"http://127.0.0.1:{port}"), "The pages", seconds=120)

        for number in range(rig.scale.pick(3, 40)):
            message = twilio.receive_sms_silently(f"+1202555{number + 110:04d}", NUMBER, f"No water {tally.token()}")
            barrier = Barrier(AT_ONCE)
            callings = [
                callers.submit(call, twilio, message.sid, ports[index % 2], barrier) for index in range(AT_ONCE)
            ]
            assert {each.result() for each in callings} == {200}
        judge("C24", tally, rig, seconds=60)


def call(twilio: TwilioStandIn, sid: str, port: int, barrier: Barrier) -> int:
    """Tell one host of a text, at the same moment as all others."""
    message = twilio.account.message(sid)
    params = twilio.inbound.params(message)
    caller = type(twilio.caller)(twilio.account.auth_token, routes={PUBLIC: f"http://127.0.0.1:{port}"})
    barrier.wait()
    return caller.post(f"{PUBLIC}/hooks/sms", params).status or 0


def test_c24_texts_that_came_while_the_desk_was_down_are_fetched_within_six_minutes(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C24", rig.scale.seed)
    with twilio_for(rig) as twilio:
        texts = rig.scale.pick(10, 80)
        for number in range(texts):
            since = timedelta(minutes=20 * (texts - number) / texts)
            twilio.account.now = lambda since=since: datetime.now(UTC) - since
            twilio.receive_sms_silently(f"+1202555{number + 110:04d}", NUMBER, f"No heating {tally.token()}")

        twilio.account.now = lambda: datetime.now(UTC)

        for name in ("worker", "clock"):
            rig.crew.start(name, rig.environ())

        judge("C24 outage", tally, rig, seconds=90)
    assert EVERY["reconcile.reconcile"] <= 300


def test_c10_a_worker_that_dies_with_a_photo_in_its_hands_leaves_the_photo_to_the_next(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C10m", rig.scale.seed)
    photo = ("image/png", b"\x89PNG\r\n\x1a\n" + b"pixels" * 100)
    with twilio_for(rig) as twilio:
        twilio.receive_sms_silently("+12025550110", NUMBER, f"Look {tally.token()}", [photo])
        rig.crew.start("clock", rig.environ())
        hand = rig.crew.start("worker", rig.environ(), crash_at="media.fetched")
        wait_for(lambda: not hand.alive, "The death with a photo", seconds=120)
        before = asked_for_photos(twilio)

        rig.crew.start("worker", rig.environ(), ahead=MEDIA_LEASE)
        wait_for(lambda: tried(rig) != 1, "The next attempt", seconds=120)

        judge("C10 photo", tally, rig, kills=1)
    assert set(asked_for_photos(twilio)) == set(before)


def test_c10_a_worker_that_dies_while_an_alarm_climbs_pages_everybody_once(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C10a", rig.scale.seed)
    with twilio_for(rig) as twilio:
        with rig.desk() as desk:
            for place, (phone, minutes) in enumerate([(TOM, 1), (INES, 60)], start=1):
                step = OnCallStep(place=place, name=f"Step {place}", phone=phone, wait_minutes=minutes)
                step.company_id = rig.company.id
                save(desk, step)
            take_in(desk, text_message(f"{FLOOD} {tally.token()}", sender="+12025550110", to=NUMBER))
        hand = rig.crew.start("worker", rig.environ(), ahead=CLIMB, crash_at="alarm.climbed")
        wait_for(lambda: not hand.alive, "The death in the middle of a climb", seconds=120)

        rig.crew.start("worker", rig.environ(), ahead=CLIMB + SENDING_LEASE.total_seconds())
        wait_for(lambda: texted(twilio).keys() == {TOM, INES}, "The pages of both steps", seconds=120)

        judge("C10 alarm", tally, rig, kills=1)
        assert texted(twilio) == {TOM: 1, INES: 1}
    with rig.desk() as desk:
        assert pages(desk) == [TOM, INES]
        assert pages(desk, "voice") == [TOM, INES]


def texted(twilio: TwilioStandIn) -> Counter[str]:
    """Return how often each person on call was texted."""
    return Counter(each.recipient for each in twilio.created if each.recipient in {TOM, INES})


def tried(rig: Rig) -> int:
    """Return how often the photos of the one message were tried; 0 once they are settled."""
    with rig.desk() as desk:
        facts = desk.session.scalars(select(Message.facts).where(Message.direction == "in")).one()
    return int(facts.get(ATTEMPTS, 0)) if WAITING in facts else 0


def asked_for_photos(twilio: TwilioStandIn) -> list[str]:
    """Return what was asked of Twilio about photos, by the paths of its API."""
    return [each.target for each in twilio.seen if "/Media/" in each.target]
