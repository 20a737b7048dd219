"""Python CVE-2023-27043: a parser read another address out of From than the mail was from.

Our rule: an identity is one plain address that two readings agree on. Names are never read as addresses, and where From is
unclear the mail stands for nobody, is told to be unclear, and is kept.
"""

from __future__ import annotations

from apiflask import APIFlask
from sqlalchemy import select

from hub.models import Identity
from tests.factories import make_contact
from tests.incidents.letters import AYLIN, MALLORY, OURS, page_of
from tests.letters import arrive
from tests.services.steps import Office, mail, take_in

FORMS = [
    "aylin@example.com, mallory@example.net",
    "aylin@example.com)mallory@example.net",
    "aylin@example.com]<mallory@example.net>",
    '"aylin@example.com" <mallory@example.net>',
    "=?utf-8?q?aylin=40example.com?= <mallory@example.net>",
    "G: aylin@example.com, mallory@example.net;",
    '"aylin <aylin@example.com>',
    "=?utf-8?q?aylin=40example.com?=",
    "mallory@example.net, aylin@example.com",
    "aylin@example.com <mallory@example.net>",
    "<aylin@example.com> <mallory@example.net>",
    "<aylin@example.com>, <mallory@example.net>",
    "<mallory@example.net> aylin@example.com",
    "mallory@example.net (aylin@example.com)",
    "aylin@example.com@example.net",
    '"aylin@example.com"@example.net',
    "aylin@example.com\0@example.net",
    "aylin@example.com.example.net",
    "aylin%example.com@example.net",
    "aylin@example.com <>",
    "aylin@example.com\r\nFrom: mallory@example.net",
    "mallory@example.net\r\nFrom: aylin@example.com",
    "<@example.com,@example.net:mallory@example.net>",
    "aylin@example.com; mallory@example.net",
    "aylin@еxample.com",
    "",
]


def test_a_display_name_never_becomes_an_identity(office: Office) -> None:
    (message,) = take_in(office.desk, mail(sender='"desk@example.org" <mallory@example.net>'))

    assert message.author_address == "mallory@example.net"
    assert office.desk.session.scalars(select(Identity.value)).all() == ["mallory@example.net"]


def test_a_from_that_is_not_one_plain_address_never_stands_for_a_resident(office: Office) -> None:
    aylin = make_contact(office.desk, office.company, email=AYLIN)
    raws = [
        f"From: {each}\r\nTo: desk@example.org\r\nSubject: Keys\r\nMessage-ID: <{at}@example.net>\r\n\r\nSend me the keys"
        for at, each in enumerate(FORMS)
    ]

    messages = take_in(office.desk, *[arrive(raw.encode(), rcpt_to="desk@example.org", **OURS) for raw in raws])

    assert len(messages) == len(FORMS)
    for form, message in zip(FORMS, messages, strict=True):
        assert (message.trust, message.contact_id == aylin.id) == ("unverified", False), form


def test_the_agent_reads_the_address_beside_the_name(app: APIFlask, office: Office) -> None:
    make_contact(office.desk, office.company, email=AYLIN)
    (message,) = take_in(office.desk, mail(sender='"aylin@example.com" <mallory@example.net>'))

    page = page_of(app, office, message)

    assert MALLORY in page
    assert "Unverified sender" in page
