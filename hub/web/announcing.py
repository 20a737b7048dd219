"""What is announced today, for every page that tells people."""

from __future__ import annotations

from hub.models import Company
from hub.services.help.announcements import current_notices
from hub.web.desk import current_desk
from hub.web.viewmodels.parts import Announcement
from hub.web.words import day


def announcements(company: Company, *, audience: str, property_id: int | None = None) -> tuple[Announcement, ...]:
    """Return the notices of today for an audience; those of one building only for who is known to belong there."""
    found = current_notices(current_desk(), company, audience=audience, property_id=property_id)
    return tuple(
        Announcement(title=each.title, text=each.text, dates=f"{day(each.starts_on)} – {day(each.ends_on)}")
        for each in found
    )
