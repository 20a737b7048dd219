"""How soon the pages of the metrics are there: measurements of two years by COPY, summed by the product, read through its pages.

`python bench/metrics.py [TICKETS ...]`; 10,000 and 100,000 tickets by default, in a database of its own that is thrown away.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench._desk import own_desk
from hub.db import db
from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Agent, Company, Membership, Property, Unit
from hub.services.metrics.measuring import SUMMED
from hub.services.settings.setup import found_company
from hub.services.staff.accounts import start_sign_in
from hub.web.guards import SIGN_IN

PAGES = ("", "/response", "/promises", "/volume", "/backlog", "/nps", "/agents")
DAYS = (30, 365)
TIMES = 20
GOAL = 1.3
HOUSES = 60


def main(sizes: list[int]) -> None:
    first: dict[str, float] = {}
    print(f"{'page':<22}{'days':>5}{'tickets':>10}{'p50 ms':>9}{'p95 ms':>9}{'of the first':>14}")
    for size in sizes:
        with own_desk() as app:
            measure_pages(app, size, first)


def measure_pages(app: APIFlask, size: int, first: dict[str, float]) -> None:
    """Load, then ask for every page, and print a line for each."""
    desk: Desk = app.extensions["desk"]
    browser = load(app, desk, size)
    for page in PAGES:
        for days in DAYS:
            path = f"/metrics{page}?days={days}"
            took = sorted(timed(browser, path) for _ in range(TIMES))
            p50, p95 = took[len(took) // 2], quantiles(took, n=20)[-1]
            share = p95 / first.setdefault(path, p95)
            print(f"/metrics{page:<14}{days:>5}{size:>10,}{p50 * 1000:>9.0f}{p95 * 1000:>9.0f}{share:>13.2f}x")


def timed(browser: FlaskClient, path: str) -> float:
    begins = time.perf_counter()
    answer = browser.get(path)
    assert answer.status_code == 200, answer.status_code
    return time.perf_counter() - begins


def load(app: APIFlask, desk: Desk, size: int) -> FlaskClient:
    """Fill a company with closed tickets of two years and what is measured on them; return its manager's browser."""
    with desk.transaction() as session:
        company = found_company(desk, "bench", "Bench Homes")
        manager = Agent(email="manager@example.org", name="Ines Vogt")
        agents = [Agent(email=f"agent{each}@example.org", name=f"Agent {each}") for each in range(12)]
        houses = [Property(company_id=company.id, name=f"House {each}") for each in range(HOUSES)]
        session.add_all([manager, *agents, *houses])
        session.flush()
        session.add(Membership(company_id=company.id, agent_id=manager.id, role=Role.MANAGER))
        session.add_all(
            Unit(company_id=company.id, property_id=house.id, label=str(each)) for house in houses for each in range(12)
        )
        company_id = company.id
        write_measurements(desk, company, size, [each.id for each in agents], [each.id for each in houses])
        signed_in = start_sign_in(desk, agent_id=manager.id)
    with desk.transaction() as session:
        session.execute(text(SUMMED), {"everything": True, "companies": [company_id], "days": []})
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    client = app.test_client()
    with client.session_transaction() as cookies:
        cookies[SIGN_IN] = signed_in.secret
    return client


def write_measurements(desk: Desk, company: Company, size: int, agents: list[int], houses: list[int]) -> None:
    """Write tickets and their measurements by COPY."""
    dice = random.Random(1)
    now = desk.clock.now()
    connection = desk.session.connection().connection.driver_connection
    assert connection is not None
    with connection.cursor() as cursor:
        with cursor.copy("COPY tickets (company_id, channel, status) FROM STDIN") as rows:
            for _ in range(size):
                rows.write_row((company.id, "email", "closed"))
        columns = "company_id, ticket_id, figure, at, day, queue, channel, topic, audience, detail, property_id, agent_id, business, wall"
        with cursor.copy(f"COPY measurements ({columns}) FROM STDIN") as rows:
            for number in range(1, size + 1):
                at = now - timedelta(minutes=dice.randrange(730 * 24 * 60))
                queues, channels = ("front-desk", "maintenance", "leasing", "billing"), ("email", "sms")
                topics, audiences = ("plumbing", "keys", "heating"), ("residents", "owners")
                place = tuple(dice.choice(each) for each in (queues, channels, topics, audiences))
                house, agent, wall = dice.choice(houses), dice.choice(agents), min(4000, int(dice.expovariate(1 / 90)))
                counted = [("opened", "", None, None), ("first_response", "", wall // 2, wall)]
                counted += [("solved", "", wall, 3 * wall), ("promise_kept", "first_response", None, None)]
                if number % 20 == 0:
                    counted += [("asked", "", None, None), ("score", str(dice.randrange(11)), None, None)]
                for figure, detail, business, around in counted:
                    rows.write_row(
                        (company.id, number, figure, at, at.date(), *place, detail, house, agent, business, around)
                    )


if __name__ == "__main__":
    main([int(each.replace(",", "")) for each in sys.argv[1:]] or [10_000, 100_000])
