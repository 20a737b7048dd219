"""A text that answers something we asked its sender: a score, or whether the work is fixed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from hub.desk import Desk
from hub.domain.fix_check import ANSWERED_WITHIN, FixState, HeardFix, read_fix
from hub.domain.survey import CHANGE_OF_MIND
from hub.models import FixCheck, Message
from hub.services.metrics import surveys
from hub.services.operations.fix_checks import settle


@dataclass(frozen=True, slots=True)
class FixAnswer:
    """What somebody answered by text to 'Is it fixed?'."""

    check: FixCheck
    heard: HeardFix

    @property
    def says_nothing_more(self) -> bool:
        """Whether nobody has to read it beside the yes or no."""
        return self.heard.bare


Answer = surveys.Answer | FixAnswer


def find_answer(desk: Desk, contact_id: int, text: str) -> Answer | None:
    """Read a text as the answer to what a person was asked by text within a week; None where it is none."""
    return surveys.find_answer(desk, contact_id, text) or _find_fix_answer(desk, contact_id, text)


def take_answer(desk: Desk, answer: Answer, message: Message) -> None:
    """Keep an answer that came by text; where it says more, that is a message like any other."""
    if isinstance(answer, surveys.Answer):
        surveys.take_answer(desk, answer, message)
        return
    message.may_answer = False  # who says that it is not fixed wants no article
    if answer.says_nothing_more:
        message.triaged_at = desk.clock.now()
    settle(desk, answer.check, answer.heard.state, way="text", words=message.reply_text, message_id=message.id)


def _find_fix_answer(desk: Desk, contact_id: int, text: str) -> FixAnswer | None:
    """Read a yes or no; where the help centre answered them by text since, it is what they say of that."""
    heard = read_fix(text)
    if heard is None:
        return None
    now = desk.clock.now()
    asked = and_(
        FixCheck.contact_id == contact_id,
        FixCheck.channel == "sms",
        FixCheck.created_at > now - ANSWERED_WITHIN,
        or_(FixCheck.state == FixState.ASKED, FixCheck.settled_at >= now - CHANGE_OF_MIND),
    )
    since = surveys.answered_since(contact_id, FixCheck.created_at)
    check = desk.session.scalar(select(FixCheck).where(asked, ~since).order_by(FixCheck.id.desc()).limit(1))
    return FixAnswer(check, heard) if check is not None else None
