"""Putting the demo in: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlalchemy import select, text

from hub.demo.companies import FIRMS, found_firms, hire_staff
from hub.demo.portfolio import Drawing
from hub.demo.rows import Rows
from hub.demo.settling import Known, Settling
from hub.demo.telling import tell_stories
from hub.desk import Desk
from hub.models import Company
from hub.services.help.articles import publish_articles
from knowledgebase.seed import first_articles

LOCK = 0x66DE30
Teller = Callable[[str], None]


def load_demo(desk: Desk, tell: Teller = lambda _: None) -> bool:
    """Load the demo: three companies with people, homes, articles and tickets of all ages; false if it is in already.

    `tell` is given a few words at each step.
    """
    with desk.transaction() as session:
        take_turn(desk)
        if session.scalar(select(Company.id).where(Company.demo).limit(1)) is not None:
            return False
        tell("companies and staff")
        companies = found_firms(desk)
        staff = hire_staff(desk, companies)
        now = desk.clock.now()
        people: dict[str, list[Known]] = {}
        for slug, company in companies.items():
            tell(f"homes and people of {company.name}")
            today = now.astimezone(ZoneInfo(company.time_zone)).date()
            rows = Rows(session, now)
            people[slug] = Settling(rows, company.id, today).write(Drawing(slug, today).draw())
            rows.write()
        tell("articles")
        publish_articles(desk, companies[FIRMS[0].slug].id, first_articles(), demo=True)
        tell("tickets, tasks and answers")
        tell_stories(desk, companies, people, staff)
    return True


def take_turn(desk: Desk) -> None:
    """Wait until nobody else puts the demo in or takes it out."""
    desk.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
