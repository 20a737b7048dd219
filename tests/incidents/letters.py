"""Mail as the incidents have it: answered by Maria, answered again by whoever holds the reply address."""

from __future__ import annotations

from apiflask import APIFlask

from channels.message import Envelope
from hub.models import Message
from tests.factories import make_contact
from tests.services.steps import Office, answer, mail
from tests.web.visitors import sign_in

AYLIN = "aylin@example.com"
MALLORY = "mallory@example.net"
PASSED = "mx.example.org; dmarc=pass header.from=example.com"
FAILED = "mx.example.org; dmarc=fail header.from=example.com"
OURS = {"authserv_id": "mx.example.org"}


def reply_address(office: Office) -> str:
    """Take a mail of Aylin's in, answer it, and return the address her answer goes to."""
    make_contact(office.desk, office.company, email=AYLIN)
    row = answer(office, mail(sender=f"Aylin Demir <{AYLIN}>", Message_ID="<one@example.com>"))
    found: str = row.payload["reply_to"]["value"]
    return found


def answered_at(address: str, *, sender: str = AYLIN, text: str = "Thank you.", **headers: str) -> Envelope:
    """Return a mail to a reply address."""
    return mail(text, sender=sender, to=address, rcpt_to=address, subject="Re: Tap", **headers)


def make_forged(text: str = "The tap drips.", *, sender: str = AYLIN, **headers: str) -> Envelope:
    """Return a mail whose sender our own mail server found forged."""
    return mail(text, sender=sender, facts=OURS, Authentication_Results=FAILED, **headers)


def page_of(app: APIFlask, office: Office, message: Message) -> str:
    """Return the page on which Maria reads a message."""
    return sign_in(app, office.desk, office.maria).get(f"/inbox/all/{message.ticket_id}").get_data(as_text=True)
