"""Every figure equals a slow, plain recomputation from the events, and what is kept equals what is made again from zero."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hub.desk import Desk
from hub.domain.access import THE_DESK
from hub.domain.figures import spread_of_minutes
from hub.domain.measuring import Figure
from hub.models import BusinessHours, Company, Holiday, Ticket, TicketEvent
from hub.services.metrics.figures import Asked, counts_by_detail, read_split, read_tallies, tickets_behind, total
from hub.services.metrics.measuring import keep_measurements, rebuild_measurements
from tests.factories import make_agent, make_company, make_unit, save
from tests.services.summing import sums

HISTORIES = 50
BERLIN = ZoneInfo("Europe/Berlin")
FIRST = datetime(2026, 10, 19, 6, 0, tzinfo=UTC)  # the clocks go back on the 25th
WHOLE = Asked(date(2026, 10, 1), date(2026, 11, 30))
HOLIDAY = date(2026, 10, 30)
QUEUES = ("front-desk", "maintenance", "leasing", "billing")
MORNING, AFTERNOON = (time(8), time(12)), (time(13), time(18))


@dataclass(frozen=True)
class Line:
    """One event as it will be written."""

    at: datetime
    kind: str
    by: str
    agent: int | None
    message: int | None
    facts: dict[str, Any]


class Story:
    """Makes up what happened on one ticket."""

    def __init__(self, dice: random.Random, agents: list[int]) -> None:
        self.dice, self.agents = dice, agents
        self.at = FIRST + timedelta(minutes=dice.randrange(0, 20 * 24 * 60))
        self.lines: list[Line] = []
        self.messages = 0
        self.closed = False
        self.queue = "front-desk"

    def say(self, kind: str, by: str = "machine", agent: int | None = None, **facts: Any) -> int:
        self.messages += 1
        self.at += timedelta(minutes=self.dice.choice((0, 1, 7, 45, 200, 900, 3000)))
        self.lines.append(Line(self.at, kind, by, agent, self.messages, facts))
        return self.messages

    def tell(self) -> list[Line]:
        self.say("first message", self.dice.choice(("contact", "contact", "contact", "machine")))
        self.say("triaged", queue=self.dice.choice(QUEUES), topic=self.dice.choice(("plumbing", "keys")))
        for _ in range(self.dice.randrange(2, 14)):
            self.step()
        return self.lines

    def step(self) -> None:
        deeds = {
            self.write: 4, self.reply: 5, self.close: 2, self.move: 2, self.think_again: 1, self.machine: 2,
            self.promise: 1, self.survey: 1, self.fail: 1, self.sleep: 1, self.merge: 0.2,
        }  # fmt: skip
        self.dice.choices(list(deeds), list(deeds.values()))[0]()

    def write(self) -> None:
        if self.closed:
            self.say("reopened", "contact")
            self.closed = False
        self.say("message received", self.dice.choice(("contact", "contact", "machine")))

    def reply(self) -> None:
        self.say("reply", "agent", self.dice.choice(self.agents))
        self.closed = False

    def close(self) -> None:
        self.say("status changed", "agent", self.dice.choice(self.agents), before="open", after="closed")
        self.closed = True

    def move(self) -> None:
        self.say("queue changed", "agent", self.agents[0], before=self.queue, after=self.dice.choice(QUEUES))

    def think_again(self) -> None:
        number = self.say("reply", "agent", self.dice.choice(self.agents))
        if self.dice.random() < 0.5:
            self.close()
            self.closed = False
        self.at += timedelta(minutes=1)
        self.lines.append(Line(self.at, "reply taken back", "agent", self.agents[0], number, {}))

    def machine(self) -> None:
        self.say(
            self.dice.choice(
                ("machine message", "answered from help centre", "answer solved it", "person wanted", "note")
            )
        )

    def promise(self) -> None:
        self.say(self.dice.choice(("promise kept", "promise missed")), clock=self.dice.choice(("news", "resolution")))

    def survey(self) -> None:
        self.say("survey sent")
        if self.dice.random() < 0.8:
            self.say("survey answered", "contact", score=self.dice.randrange(11))
        if self.dice.random() < 0.3 and self.lines[-1].kind == "survey answered":
            self.say("survey answer changed", "contact", score=self.dice.randrange(11))

    def fail(self) -> None:
        self.say(self.dice.choice(("not sent", "not fixed", "fixed")), recipient="x", reason="y")

    def sleep(self) -> None:
        self.say(self.dice.choice(("snoozed", "woken", "tags changed")), "agent", self.agents[0])

    def merge(self) -> None:
        self.say("merged into", "agent", self.agents[0], into=1)


def is_open(at: datetime) -> bool:
    here = at.astimezone(BERLIN)
    if here.weekday() > 4 or here.date() == HOLIDAY:
        return False
    return any(begin <= here.time() < end for begin, end in (MORNING, AFTERNOON))


def business(begin: datetime, end: datetime) -> int:
    """Count open minutes one by one."""
    count, minute = 0, begin
    while minute < end:
        count += is_open(minute)
        minute += timedelta(minutes=1)
    return count


def without_second_thoughts(lines: list[Line]) -> list[Line]:
    """Leave out replies that were taken back, and closings and promises that came with them."""
    back = {each.message: place for place, each in enumerate(lines) if each.kind == "reply taken back"}
    left: list[Line] = []
    until = -1
    for place, each in enumerate(lines):
        if each.kind == "reply" and each.message in back:
            until = back[each.message]
        inside = place <= until
        if not (inside and each.kind in {"reply", "reply taken back", "status changed", "promise kept"}):
            left.append(each)
    return left


Counted = tuple[Figure, date, str, int | None, str, int | None, int | None]


def recompute(lines: list[Line]) -> Iterator[Counted]:
    """Count everything again, question by question, each by looking through the whole history."""
    lines = without_second_thoughts(lines)

    def row(
        figure: Figure, place: int, agent: int | None = None, detail: str = "", since: datetime | None = None
    ) -> Counted:
        at = lines[place].at
        until = len(lines) if figure is Figure.OPENED else place + 1  # where it ends up
        moves = [each.facts.get("after") or each.facts.get("queue") for each in lines[:until]
                 if each.kind in {"queue changed", "triaged"}]  # fmt: skip
        lengths = (None, None) if since is None else (business(since, at), (at - since) // timedelta(minutes=1))
        queue = moves[-1] if moves else "front-desk"
        return figure, at.astimezone(BERLIN).date(), queue, agent, detail, *lengths

    def last_agent(place: int) -> int | None:
        return next((each.agent for each in reversed(lines[:place]) if each.kind == "reply"), None)

    came = [place for place, each in enumerate(lines) if each.kind in {"first message", "message received"}]
    yield row(Figure.OPENED, came[0])
    ends_wait = [
        place for place, each in enumerate(lines)
        if each.kind in {"reply", "merged into", "fixed"} or (each.facts.get("after") == "closed" and each.kind == "status changed")
    ]  # fmt: skip
    replies = [place for place, each in enumerate(lines) if each.kind == "reply"]
    for place in replies:
        begin = max((each for each in ends_wait if each < place), default=-1) + 1
        waits = [
            each.at for each in lines[begin:place]
            if each.kind in {"not sent", "not fixed"} or (each.by == "contact" and each.kind in {"first message", "message received"})
        ]  # fmt: skip
        if waits:
            figure = Figure.FIRST_RESPONSE if place == replies[0] else Figure.NEXT_RESPONSE
            yield row(figure, place, lines[place].agent, since=waits[0])
    closings = [place for place, each in enumerate(lines) if each.kind == "status changed"]
    cancels = [place for place, each in enumerate(lines) if each.kind in {"reopened", "merged into", "reply"}]
    if closings and not any(each > closings[-1] for each in cancels):
        yield row(Figure.SOLVED, closings[-1], lines[closings[-1]].agent, since=lines[came[0]].at)
        said = [each.kind for each in lines if each.kind in {"answer solved it", "person wanted"}]
        if said[-1:] == ["answer solved it"] and not replies:
            yield row(Figure.DEFLECTED, closings[-1], lines[closings[-1]].agent)
    for place, each in enumerate(lines):
        plain = {
            "reopened": Figure.REOPENED, "answered from help centre": Figure.MACHINE_ANSWER, "survey sent": Figure.ASKED,
        }  # fmt: skip
        if each.kind in plain:
            by = None if each.kind == "answered from help centre" else last_agent(place)
            yield row(plain[each.kind], place, by)
        if each.kind in {"promise kept", "promise missed"}:
            figure = Figure.PROMISE_KEPT if each.kind == "promise kept" else Figure.PROMISE_MISSED
            yield row(figure, place, last_agent(place), each.facts["clock"])
        if each.kind == "survey answered":
            later = next((line for line in lines[place + 1 :] if line.kind.startswith("survey")), each)
            changed = later if later.kind == "survey answer changed" else each
            yield row(Figure.SCORE, place, last_agent(place), str(changed.facts["score"]))


def hold_office(desk: Desk, company: Company) -> None:
    desk.session.query(BusinessHours).delete()
    for weekday in range(5):
        for opens, closes in (MORNING, AFTERNOON):
            desk.session.add(BusinessHours(company_id=company.id, weekday=weekday, opens=opens, closes=closes))
    save(desk, Holiday(company_id=company.id, falls_on=HOLIDAY, name="Outing"))


def keep_all(desk: Desk) -> None:
    with desk.transaction():
        assert keep_measurements(desk) == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_every_figure_equals_a_plain_recomputation_of_fifty_histories(desk: Desk, seed: int) -> None:
    dice = random.Random(seed)
    company = make_company(desk)
    hold_office(desk, company)
    agents = [make_agent(desk, company, name).agent_id or 0 for name in ("Maria Keller", "Jonas Weber")]
    homes = [make_unit(desk, company, label=str(each)).property_id for each in range(3)]
    histories: dict[int, list[Line]] = {}
    for _ in range(HISTORIES // 2):
        ticket = save(
            desk,
            Ticket(
                company_id=company.id,
                channel=dice.choice(("email", "sms")),
                property_id=dice.choice(homes),
                requester_role=dice.choice(("tenant", "owner")),
            ),
        )
        histories[ticket.id] = Story(dice, agents).tell()
    for part in range(3):
        for number, lines in histories.items():
            third = -(-len(lines) // 3)
            desk.session.add_all(
                TicketEvent(
                    company_id=company.id, ticket_id=number, kind=each.kind, actor_kind=each.by, agent_id=each.agent,
                    message_id=each.message, facts=each.facts, created_at=each.at,
                )
                for each in lines[part * third : (part + 1) * third]
            )  # fmt: skip
            desk.session.flush()
        desk.session.commit()
        keep_all(desk)
    expected = [(number, row) for number, lines in histories.items() for row in recompute(lines)]
    kept = sums(desk)

    for figure in Figure:
        rows = [row for _number, row in expected if row[0] is figure]
        tallies = read_tallies(desk, THE_DESK, WHOLE, figure)
        tally = total(tallies, figure)
        assert (figure, tally.count) == (figure, len(rows))
        assert tally.business == Counter(row[5] for row in rows if row[5] is not None)
        assert tally.wall == Counter(row[6] for row in rows if row[6] is not None)
        assert counts_by_detail(tallies, figure) == Counter(row[4] for row in rows)
        by_day = read_split(desk, THE_DESK, WHOLE, "day", figure)
        assert {day: total(each, figure).count for day, each in by_day.items()} == Counter(str(row[1]) for row in rows)
        by_queue = read_split(desk, THE_DESK, WHOLE, "queue", figure)
        assert {queue: total(each, figure).count for queue, each in by_queue.items()} == Counter(row[2] for row in rows)
        by_agent = read_split(desk, THE_DESK, WHOLE, "agent_id", figure)
        assert {int(who): total(each, figure).count for who, each in by_agent.items()} == Counter(
            row[3] for row in rows if row[3] is not None
        )
        both = Asked(WHOLE.begins, WHOLE.ends, queue="maintenance", agent_id=str(agents[0]))
        wanted = [row for row in rows if row[2] == "maintenance" and row[3] == agents[0]]
        narrow = total(read_tallies(desk, THE_DESK, both, figure), figure)
        assert (narrow.count, narrow.wall) == (len(wanted), Counter(row[6] for row in wanted if row[6] is not None))
        numbers = {number for number, row in expected if row[0] is figure}
        assert set(tickets_behind(desk, THE_DESK, WHOLE, figure, most=100)) == numbers

    with desk.transaction():
        assert rebuild_measurements(desk) == len(histories)
    assert sums(desk) == kept
    assert kept


def test_a_spread_of_minutes_is_that_of_the_lengths_one_by_one() -> None:
    dice = random.Random(3)
    for count in (1, 2, 3, 10, 11, 99):
        lengths = sorted(dice.randrange(50) for _ in range(count))
        found = spread_of_minutes(Counter(lengths))

        assert found is not None
        assert found.average == sum(lengths) / count
        assert found.median == (lengths[(count - 1) // 2] + lengths[count // 2]) / 2
        assert found.ninetieth == lengths[-(-count * 9 // 10) - 1]
        assert found.count == count
    assert spread_of_minutes({}) is None
