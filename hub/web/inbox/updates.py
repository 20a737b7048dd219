"""News of a task as an answer an agent can send as it stands: nothing of it leaves by itself."""

from __future__ import annotations

from hub.domain.task import STATE_WORDS, TaskState
from hub.services.inbox.conversation import Conversation
from hub.services.operations.updates import TaskNews, find_news
from hub.web.language import _
from hub.web.viewmodels.conversation import Suggestion
from hub.web.words import day


def update_offered(talk: Conversation, hello: str) -> Suggestion | None:
    """Return the answer that tells a resident what operations have done, None where there is nothing new."""
    news = find_news(talk.ticket, talk.events, talk.messages)
    if news is None:
        return None
    sentence = update_words(news)
    name = talk.ticket.requester_name
    state = _(STATE_WORDS[news.state])
    return Suggestion(
        title=_("Tell %(name)s", name=name),
        url=f"/tasks/{news.task}",
        text=f"{hello}\n\n{sentence}\n",
        fit=_("T-%(n)s: %(state)s", n=news.task, state=state),
        excerpt=sentence,
        spoken=_("Tell %(name)s: T-%(n)s %(state)s", name=name, n=news.task, state=state),
    )


def update_words(news: TaskNews) -> str:
    """Return the sentence a resident understands."""
    if news.state is TaskState.BLOCKED:
        wait = _("The work has to wait: %(reason)s.", reason=news.reason.rstrip("."))
        return f"{wait} {_('We expect to go on by %(day)s.', day=day(news.until))}" if news.until else wait
    if news.state is TaskState.SCHEDULED and news.visit:
        return _("Somebody comes on %(visit)s. Please tell us if nobody can open the door then.", visit=news.visit)
    return {
        TaskState.TO_DO: _("We are arranging the work and tell you as soon as there is a date."),
        TaskState.SCHEDULED: _("The work is planned. We tell you the time as soon as it is fixed."),
        TaskState.WITH_CRAFTSMAN: _("A craftsman is ordered. We tell you the appointment as soon as it is confirmed."),
        TaskState.IN_PROGRESS: _("The work has begun."),
        TaskState.DONE: _("The work is done. Is everything all right again? If not, just answer this message."),
    }[news.state]
