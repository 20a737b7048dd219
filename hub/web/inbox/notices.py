"""Notices that a ticket seems to be about, as words an agent can put into the reply."""

from __future__ import annotations

from hub.services.help.announcements import notices_about
from hub.services.inbox.conversation import Conversation
from hub.web.language import _
from hub.web.viewmodels.conversation import Suggestion
from hub.web.words import day


def notices_offered(talk: Conversation, hello: str) -> list[Suggestion]:
    """Return the notices of today that may be the answer."""
    found = notices_about(talk.notices, talk.ticket, talk.messages)
    return [
        Suggestion(
            title=each.title,
            url=f"/kb/notices?company={talk.company.slug}",
            text=f"{hello}\n\n{each.title}\n\n{each.text}\n",
            fit=_("notice of %(first)s to %(last)s", first=day(each.starts_on), last=day(each.ends_on)),
            excerpt=each.text[:160],
            spoken=_("Insert the notice: %(title)s", title=each.title),
        )
        for each in found
    ]
