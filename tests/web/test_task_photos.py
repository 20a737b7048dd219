"""Photos on a task: operations see what a resident photographed, not who, not where, and no other file."""

from __future__ import annotations

import io
from dataclasses import replace
from email.message import EmailMessage

from apiflask import APIFlask
from PIL import Image
from sqlalchemy import select

from channels.channel import Account, Channel
from channels.message import Attachment as Photo
from channels.message import MediaLink
from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Attachment, ChannelAccount, Task, TaskPhoto, Ticket
from hub.services.intake import accept, receive
from hub.services.operations.handmade_tasks import make_task
from hub.services.operations.task_photos import fetch_task_photos
from tests.factories import make_agent, make_company, save
from tests.letters import arrive
from tests.services.ordering import Work
from tests.services.steps import Provider
from tests.web.visitors import sign_in


class Giving(Provider):
    """A workspace that gives one file."""

    def __init__(self, channel: Channel, file: bytes) -> None:
        super().__init__(channel)
        self.file = file

    def fetch_media(self, link: MediaLink, account: Account) -> Photo:
        return Photo("done.jpg", "image/jpeg", self.file)


def photographed() -> bytes:
    """Return a mail with a photo that tells where it was taken and whose it is, and a letter."""
    taken = Image.Exif()
    taken[0x9286] = "Aylin Demir at home"
    photo = io.BytesIO()
    Image.new("RGB", (64, 48), "#88aacc").save(photo, "JPEG", exif=taken)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "aylin@example.com", "desk@example.org", "Tap"
    mail["Message-ID"] = "<tap@example.com>"
    mail.set_content("The tap drips.")
    mail.add_attachment(photo.getvalue(), maintype="image", subtype="jpeg", filename="aylin-demir.jpg")
    mail.add_attachment(b"%PDF-1.4 lease", maintype="application", subtype="pdf", filename="lease.pdf")
    return mail.as_bytes()


def test_a_photo_that_operations_sent_stands_on_the_ticket_that_waits(app: APIFlask, desk: Desk, work: Work) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), "#88aacc").save(drawn, "JPEG")
    row = TaskPhoto(company_id=work.task.company_id, task_id=work.task.id, url="https://files.slack.com/1")
    row.actor_name, row.content_type, row.next_at = "Tom Ritter", "image/jpeg", desk.clock.now()
    save(desk, row)
    settings = {"channel": "C1"}
    save(desk, ChannelAccount(company_id=work.task.company_id, channel="slack", address="t1", settings=settings))
    slack = Giving(desk.channels["slack"], drawn.getvalue())
    assert fetch_task_photos(replace(desk, channels={**desk.channels, "slack": slack})) == 1
    url = f"/tasks/{work.task.id}/own-photos/{row.public_id}"
    maria = sign_in(app, desk, work.office.maria)

    page = maria.get(f"/inbox/all/{work.ticket}").get_data(as_text=True)

    assert f'<img src="{url}" alt="Photo of T-{work.task.id}"' in page
    assert maria.get(url).status_code == 200


def test_operations_see_the_photo_of_a_task_without_its_name_and_no_other_file(app: APIFlask, desk: Desk) -> None:
    company = make_company(desk, mail="desk@example.org")
    with desk.transaction():
        accept(desk, arrive(photographed()))
    receive(desk)
    ticket = desk.session.scalars(select(Ticket)).one()
    with desk.transaction():
        make_task(desk, make_agent(desk, company), ticket.id, team="maintenance", title="Tap", text="It drips")
    task = desk.session.scalars(select(Task)).one()
    files = {each.name: each.public_id for each in desk.session.scalars(select(Attachment))}
    tom = sign_in(app, desk, make_agent(desk, company, "Tom Ritter", Role.OPERATIONS))
    elsewhere = sign_in(app, desk, make_agent(desk, make_company(desk, "Hafen Homes"), "Ute", Role.OPERATIONS))
    photo = f"/tasks/{task.id}/photos/{files['aylin-demir.jpg']}"

    page = tom.get(f"/tasks/{task.id}").get_data(as_text=True)
    shown = tom.get(photo)
    refused = [
        tom.get(f"/tasks/{task.id}/photos/{files['lease.pdf']}").status_code,
        tom.get(f"/attachments/{files['aylin-demir.jpg']}").status_code,
        elsewhere.get(photo).status_code,
        app.test_client().get(photo).status_code,
    ]

    assert photo in page
    assert "Photo 1" in page
    assert "aylin" not in page.lower()
    assert (shown.status_code, shown.content_type) == (200, "image/webp")
    assert b"Aylin" not in shown.data
    assert refused == [404, 404, 404, 302]
