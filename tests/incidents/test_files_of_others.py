"""Files of others (osTicket #2615, FreeScout GHSA-wg74, InvoicePlane CVE-2026-23491): who knew or guessed a link had the file.

Our rule: a file is given to who may see its ticket, asked anew at every request; for everybody else there is no such file.
"""

from __future__ import annotations

import io

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import update

from channels.message import Attachment as File
from hub.clock import FixedClock
from hub.domain.access import Role
from hub.models import Agent, Contact, Message
from tests.factories import make_agent, make_company, make_contact
from tests.incidents.files import identity_of, send_files
from tests.incidents.letters import AYLIN
from tests.services.steps import Office
from tests.web.visitors import sign_in, sign_in_person, visit


def test_a_file_is_there_for_its_sender_and_agents_and_for_nobody_else(app: APIFlask, office: Office) -> None:
    desk, company = office.desk, office.company
    aylin = make_contact(desk, company, email=AYLIN)
    ben = make_contact(desk, company, "Ben", email="ben@example.com")
    craftsman = make_contact(desk, company, "Tap Ltd", email="tap@example.com", role="craftsman")
    elsewhere = make_company(desk, "Hafen Homes", mail="office@example.net")
    namesake = make_contact(desk, elsewhere, email=AYLIN)
    drawn = io.BytesIO()
    Image.new("RGB", (20, 10)).save(drawn, "PNG")
    (row,) = send_files(office, File("lease.png", "image/png", drawn.getvalue()), contact=aylin)
    message = desk.session.get_one(Message, row.message_id)
    addresses = [
        f"/attachments/{row.public_id}",
        f"/attachments/{row.public_id}/preview",
        f"/attachments/{row.public_id}/preview?whole",
    ]
    only_staff = [f"/messages/{message.public_id}/html", f"/messages/{message.public_id}/original"]

    def seen(browser: FlaskClient, *paths: str) -> list[int]:
        return [browser.get(each).status_code for each in paths]

    assert seen(sign_in_person(app, desk, aylin, identity_of(office, aylin)), *addresses) == [200] * 3
    assert seen(sign_in(app, desk, office.maria), *addresses, *only_staff) == [200] * 5
    strangers = [
        visit(app),
        *(sign_in_person(app, desk, each, identity_of(office, each)) for each in (ben, craftsman, namesake)),
        sign_in(app, desk, make_agent(desk, company, role=Role.OPERATIONS)),
        sign_in(app, desk, make_agent(desk, company, queues=["billing"])),
        sign_in(app, desk, make_agent(desk, elsewhere, role=Role.ADMIN)),
    ]
    for each in strangers:
        assert seen(each, *addresses, *only_staff) == [404] * 5


def test_a_blocked_person_and_an_agent_who_left_have_it_no_more(
    app: APIFlask, office: Office, clock: FixedClock
) -> None:
    aylin = make_contact(office.desk, office.company, email=AYLIN)
    (row,) = send_files(office, File("lease.pdf", "application/pdf", b"%PDF-1.7"), contact=aylin)
    browsers = [
        sign_in_person(app, office.desk, aylin, identity_of(office, aylin)),
        sign_in(app, office.desk, office.maria),
    ]
    before = [each.get(f"/attachments/{row.public_id}").status_code for each in browsers]
    with office.desk.transaction() as session:
        session.execute(update(Contact).values(blocked_at=clock.at))
        session.execute(update(Agent).values(active=False))
    office.desk.session.expire_all()

    after = [each.get(f"/attachments/{row.public_id}").status_code for each in browsers]

    assert (before, after) == ([200, 200], [404, 404])


@pytest.mark.parametrize("id_", ["1", "..%2f..%2fsecret_key", "%00", "00000000-0000-0000-0000-000000000000", "0" * 64])
def test_no_other_id_is_a_file(app: APIFlask, office: Office, id_: str) -> None:
    browser = sign_in(app, office.desk, office.maria)

    assert browser.get(f"/attachments/{id_}").status_code == 404
