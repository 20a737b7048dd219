"""Files that came with a request, as its people and others ask for them."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import select

from channels.message import Address, IdentityKind
from channels.message import Attachment as File
from channels.portal import make_envelope
from hub.models import Attachment, Contact, Identity
from tests.factories import make_contact
from tests.incidents.letters import AYLIN
from tests.services.steps import Office, take_in


def send_files(office: Office, *files: File, contact: Contact | None = None) -> list[Attachment]:
    """Let somebody signed in to the portal send files with a request, and return their rows."""
    person = contact or make_contact(office.desk, office.company, email=AYLIN)
    identity = identity_of(office, person)
    form = make_envelope(
        form_id=uuid4(),
        received_at=office.desk.clock.now(),
        text="See the files.",
        source="portal",
        signed_in=Address(IdentityKind.EMAIL, identity.value),
        files=files,
    )
    (message,) = take_in(office.desk, form)
    rows = select(Attachment).where(Attachment.message_id == message.id).order_by(Attachment.id)
    return list(office.desk.session.scalars(rows))


def identity_of(office: Office, person: Contact) -> Identity:
    """Return somebody's address."""
    return office.desk.session.scalars(select(Identity).where(Identity.contact_id == person.id)).one()
