"""FreeScout GHSA-j49f and GHSA-83xx: an old reply address still changed whose conversation it was, and former staff still answered.

Our rule: who may do what is decided when it is done. A former resident is heard and marked as such, and gets no way back in.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from hub.models import Contact
from tests.factories import make_lease, make_unit
from tests.incidents.letters import AYLIN, answered_at, reply_address
from tests.services.steps import Office, mail, outbox, take_in, ticket_of, triage_all


def test_a_former_resident_with_an_old_token_is_heard_and_marked(office: Office) -> None:
    address = reply_address(office)
    aylin = office.desk.session.scalars(select(Contact)).one()
    make_lease(office.desk, make_unit(office.desk, office.company), aylin, ends_on=date(2026, 10, 31))

    (message,) = take_in(office.desk, answered_at(address))
    (fresh,) = take_in(office.desk, mail(sender=AYLIN, subject="My deposit"))
    triage_all(office.desk)

    ticket = ticket_of(office.desk, fresh)
    assert (message.facts["threaded_by"], message.facts["former_resident"]) == ("token", True)
    assert (ticket.requester_role, ticket.unit_label) == ("former", "")
    assert "portal" not in "".join(each.payload["text"] for each in outbox(office.desk, "acknowledgement", "answer"))
