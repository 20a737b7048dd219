"""FreeScout d902f190: a reply address whose signature did not fit was written to a log, and the mail marked as read.

Our rule: nothing is dropped. A reply address that is not ours opens a new ticket like any other mail, and no old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import func, select

from hub.models import Ticket
from hub.services.sending.reply import Draft, reply
from tests.factories import make_agent, make_company
from tests.incidents.letters import AYLIN, MALLORY, answered_at, reply_address
from tests.services.steps import Office, mail, outbox, take_in


def test_an_altered_token_opens_one_new_ticket_and_keeps_the_words(office: Office) -> None:
    address = reply_address(office)
    before = office.desk.session.scalar(select(func.count()).select_from(Ticket))

    (message,) = take_in(office.desk, answered_at(altered(address), sender="mallory@example.net", text="Let me in"))

    assert office.desk.session.scalar(select(func.count()).select_from(Ticket)) == (before or 0) + 1
    assert (message.text.strip(), message.facts["threaded_by"]) == ("Let me in", "")


def test_a_token_of_another_company_opens_nothing_there(office: Office) -> None:
    other = make_company(office.desk, "Hafen Homes", mail="office@example.net")
    jonas = make_agent(office.desk, other, "Jonas Weber")
    (theirs,) = take_in(office.desk, mail(sender=AYLIN, rcpt_to="office@example.net"))
    with office.desk.transaction():
        reply(office.desk, jonas, theirs.ticket_id, Draft("Hello"))
    token = outbox(office.desk, "reply")[0].payload["reply_to"]["value"].partition("+")[2].partition("@")[0]

    (message,) = take_in(office.desk, answered_at(f"desk+{token}@example.org"))

    assert (message.company_id, message.ticket_id != theirs.ticket_id) == (office.company.id, True)


def changes(token: str) -> Iterator[str]:
    """Yield a token with each of its letters changed once, shorter, longer and turned round."""
    for at, letter in enumerate(token):
        yield token[:at] + ("b" if letter == "a" else "a") + token[at + 1 :]
    yield from (token[:-1], token + "a", token[::-1], token.replace(".", "-"))


def test_no_change_of_a_token_reaches_the_ticket(office: Office) -> None:
    address = reply_address(office)
    row = outbox(office.desk, "reply")[0]
    name, token, domain = re.split(r"[+@]", address)
    addresses = [f"{name}+{each}@{domain}" for each in changes(token) if each != token]

    messages = take_in(office.desk, *[answered_at(each, sender=MALLORY) for each in addresses])

    assert len(messages) == len(addresses)
    assert {each.facts["threaded_by"] for each in messages} == {""}
    assert row.ticket_id not in {each.ticket_id for each in messages}


def altered(address: str) -> str:
    """Return a reply address with one letter of its signature changed."""
    local, _, domain = address.partition("@")
    return f"{local[:-1]}{'b' if local[-1] == 'a' else 'a'}@{domain}"
