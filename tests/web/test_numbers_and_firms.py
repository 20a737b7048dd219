"""A number released for one visit, and what is known of craftsmen, over HTTP."""

from __future__ import annotations

from datetime import timedelta

from apiflask import APIFlask

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Contact
from tests.api.conftest import program_for
from tests.factories import make_agent
from tests.services.ordering import NOVAKS_PHONE, Work
from tests.web.visitors import sign_in, token_on


def test_the_number_is_on_one_page_for_one_colleague_and_goes_by_itself(
    app: APIFlask, desk: Desk, work: Work, clock: FixedClock
) -> None:
    task = f"/tasks/{work.task.id}"
    maria, tom = sign_in(app, desk, work.office.maria), sign_in(app, desk, work.tom)
    eva = sign_in(app, desk, make_agent(desk, work.office.company, "Eva Lang", Role.OPERATIONS))
    asked = maria.get(f"{task}/number").get_data(as_text=True)
    form = {"csrf_token": token_on(asked), "ticket": work.ticket, "agent": work.tom.agent_id}

    wrong = maria.post(f"{task}/number", data=form | {"until": "2026-11-16", "at": ""})
    maria.post(f"{task}/number", data=form | {"until": "2026-11-16", "at": "12:00"})
    seen = [each.get(task).get_data(as_text=True) for each in (tom, eva)]
    elsewhere = tom.get("/board").get_data(as_text=True)
    api = program_for(app, desk, work.tom.agent_id or 0).get(f"/tasks/{work.task.id}").get_data(as_text=True)
    open_now = maria.get(f"{task}/number").get_data(as_text=True)
    clock.at += timedelta(hours=3)

    assert wrong.status_code == 422
    assert [NOVAKS_PHONE in each for each in seen] == [True, False]
    assert f'href="tel:{NOVAKS_PHONE}"' in seen[0]
    assert NOVAKS_PHONE not in elsewhere + api
    assert "Close: Tom Ritter until" in open_now
    assert NOVAKS_PHONE not in tom.get(task).get_data(as_text=True)
    assert tom.get(f"{task}/number").status_code == 403


def test_operations_keep_where_a_craftsman_works(app: APIFlask, desk: Desk, work: Work) -> None:
    tom, maria = sign_in(app, desk, work.tom), sign_in(app, desk, work.office.maria)
    url = f"/craftsmen/{work.hofer.id}"
    csrf = {"csrf_token": token_on(tom.get(url).get_data(as_text=True))}

    wrong = tom.post(url, data=csrf | {"insured_until": "soon"})
    saved = tom.post(
        url,
        data=csrf | {"trade": " Plumbing ", "areas": "Berlin,  10115,,Berlin", "insured_until": "2027-03-01"},
        follow_redirects=True,
    ).get_data(as_text=True)
    refused = maria.post(url, data=csrf | {"areas": "Everywhere"})

    desk.session.expire_all()
    firm = desk.session.get_one(Contact, work.hofer.id)
    assert (wrong.status_code, refused.status_code) == (422, 403)
    assert (firm.trade, firm.areas, str(firm.insured_until)) == ("plumbing", "Berlin, 10115", "2027-03-01")
    assert "Berlin, 10115" in saved
    assert f'href="{url}"' in saved
    assert tom.get("/craftsmen/999999").status_code == 404
