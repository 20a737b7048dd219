"""Work elsewhere: on the agents' panel and on a page of its own, and reported by programs."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from apiflask import APIFlask

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Role
from tests.api.conftest import program_as, program_for
from tests.services.ordering import Work
from tests.web.visitors import sign_in, token_on

MELD = "/tasks/by-source/property-meld/M-7"


def test_a_reported_task_stands_beside_the_ticket_with_source_age_and_link(
    app: APIFlask, desk: Desk, work: Work, clock: FixedClock
) -> None:
    tom = program_for(app, desk, work.tom.agent_id or 0)
    said = {"state": "Vendor assigned", "url": "https://meld.example.org/7", "as_of": clock.at.isoformat()}

    first = tom.call("PUT", MELD, json=said | {"ticket": work.ticket})
    older = tom.call("PUT", MELD, json=said | {"state": "New", "as_of": (clock.at - timedelta(hours=1)).isoformat()})
    maria = sign_in(app, desk, work.office.maria)
    fresh = maria.get(f"/inbox/all/{work.ticket}").get_data(as_text=True)
    clock.at += timedelta(hours=25)
    stale = sign_in(app, desk, work.office.maria).get(f"/inbox/all/{work.ticket}").get_data(as_text=True)

    assert (first.status_code, first.get_json()["taken"]) == (200, True)
    assert (older.status_code, older.get_json()["taken"], older.get_json()["state"]) == (200, False, "Vendor assigned")
    assert 'href="https://meld.example.org/7"' in fresh
    assert "property-meld M-7" in fresh
    assert "stale" not in fresh.split("<h3>Work elsewhere")[1][:600]
    assert ", stale" in stale.split("<h3>Work elsewhere")[1][:600]
    assert tom.get(MELD).get_json()["stale"] is True


def test_programs_are_told_what_is_wrong(app: APIFlask, desk: Desk, work: Work, clock: FixedClock) -> None:
    tom = program_for(app, desk, work.tom.agent_id or 0)
    said = {"state": "Open", "as_of": clock.at.isoformat()}

    answers = [
        tom.call("PUT", MELD, json=said | {"url": "ftp://x"}),
        tom.call("PUT", MELD, json={"state": "Open"}),
        tom.call("PUT", MELD, json=said | {"as_of": "2026-11-16T08:00:00"}),
        program_as(app, desk, work.office.company, Role.AGENT).call("PUT", MELD, json=said),
        tom.get("/tasks/by-source/property-meld/none"),
    ]

    assert [each.status_code for each in answers] == [422, 422, 422, 403, 404]


def test_a_table_is_handed_over_and_taken_along(app: APIFlask, desk: Desk, work: Work) -> None:
    tom = sign_in(app, desk, work.tom)
    page = tom.get("/board/elsewhere").get_data(as_text=True)

    def give(text: bytes) -> tuple[int, str]:
        data = {"csrf_token": token_on(page), "file": (BytesIO(text), "melds.csv")}
        answer = tom.post("/board/elsewhere", data=data, content_type="multipart/form-data")
        return answer.status_code, answer.get_data(as_text=True)

    wrong, taken = (
        give(b"source,id,state,as_of\na,1,,2026-11-16\n"),
        give(b"source,id,state,as_of\na,1,Open,2026-11-16\n"),
    )
    shown = tom.get("/board/elsewhere").get_data(as_text=True)
    table = tom.get("/board/elsewhere.csv")
    maria = sign_in(app, desk, work.office.maria)

    assert (wrong[0], taken[0]) == (422, 302)
    assert "Row 2: Say its state" in wrong[1]
    assert "a 1" in shown
    assert table.get_data(as_text=True).splitlines()[1].startswith("a,1,Open,")
    assert "Take it over" not in maria.get("/board/elsewhere").get_data(as_text=True)
    assert maria.post("/board/elsewhere", data={"csrf_token": token_on(page)}).status_code in {400, 403, 422}
