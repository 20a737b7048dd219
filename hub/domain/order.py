"""What an order to a craftsman is: its steps, who must act next, and when a resident's details may be seen."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.task import NextActor, TaskState

ANSWER_WITHIN = timedelta(hours=48)
ANSWER_WITHIN_URGENT = timedelta(hours=4)
OFFER_STANDS = timedelta(days=14)
LINK_WORKS_AFTER_END = timedelta(days=14)
NEAR_BEFORE = timedelta(days=3)
NEAR_AFTER = timedelta(hours=12)


class OrderState(StrEnum):
    """Where an order stands."""

    OFFERED = "offered"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    ON_SITE = "on_site"
    MORE_WORK = "more_work"
    FINISHED = "finished"
    CANNOT_FINISH = "cannot_finish"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class OrderStep(StrEnum):
    """What somebody does with an order."""

    ACCEPT = "accept"
    PROPOSE = "propose"
    DECLINE = "decline"
    ARRIVE = "arrive"
    ASK_MORE = "ask_more"
    FINISH = "finish"
    GIVE_UP = "give_up"
    AGREE = "agree"
    OFFER_AGAIN = "offer_again"
    ALLOW_MORE = "allow_more"
    REFUSE_MORE = "refuse_more"
    CANCEL = "cancel"
    EXPIRE = "expire"


CRAFTSMANS_STEPS = frozenset(
    {
        OrderStep.ACCEPT,
        OrderStep.PROPOSE,
        OrderStep.DECLINE,
        OrderStep.ARRIVE,
        OrderStep.ASK_MORE,
        OrderStep.FINISH,
        OrderStep.GIVE_UP,
    }
)
TEAMS_STEPS = frozenset(
    {OrderStep.AGREE, OrderStep.OFFER_AGAIN, OrderStep.ALLOW_MORE, OrderStep.REFUSE_MORE, OrderStep.CANCEL}
)
STATE_WORDS = {
    OrderState.OFFERED: "Offered",
    OrderState.PROPOSED: "Another time proposed",
    OrderState.ACCEPTED: "Accepted",
    OrderState.ON_SITE: "On site",
    OrderState.MORE_WORK: "More work needed",
    OrderState.FINISHED: "Finished",
    OrderState.CANNOT_FINISH: "Cannot finish",
    OrderState.DECLINED: "Declined",
    OrderState.CANCELLED: "Cancelled",
    OrderState.EXPIRED: "Expired",
}
NEXT_ACTOR = {
    OrderState.OFFERED: NextActor.CRAFTSMAN,
    OrderState.PROPOSED: NextActor.TEAM,
    OrderState.ACCEPTED: NextActor.CRAFTSMAN,
    OrderState.ON_SITE: NextActor.CRAFTSMAN,
    OrderState.MORE_WORK: NextActor.TEAM,
    OrderState.FINISHED: NextActor.NOBODY,
    OrderState.CANNOT_FINISH: NextActor.TEAM,
    OrderState.DECLINED: NextActor.TEAM,
    OrderState.CANCELLED: NextActor.NOBODY,
    OrderState.EXPIRED: NextActor.TEAM,
}
OPEN_STATES = frozenset(
    {OrderState.OFFERED, OrderState.PROPOSED, OrderState.ACCEPTED, OrderState.ON_SITE, OrderState.MORE_WORK}
)
AGREED_STATES = frozenset({OrderState.ACCEPTED, OrderState.ON_SITE, OrderState.MORE_WORK})
UNANSWERED = frozenset({OrderState.OFFERED, OrderState.PROPOSED})
STEPS: dict[OrderStep, tuple[frozenset[OrderState], OrderState]] = {
    OrderStep.ACCEPT: (UNANSWERED, OrderState.ACCEPTED),
    OrderStep.PROPOSE: (UNANSWERED | {OrderState.ACCEPTED}, OrderState.PROPOSED),
    OrderStep.DECLINE: (UNANSWERED | {OrderState.ACCEPTED}, OrderState.DECLINED),
    OrderStep.ARRIVE: (frozenset({OrderState.ACCEPTED}), OrderState.ON_SITE),
    OrderStep.ASK_MORE: (frozenset({OrderState.ACCEPTED, OrderState.ON_SITE}), OrderState.MORE_WORK),
    OrderStep.FINISH: (AGREED_STATES, OrderState.FINISHED),
    OrderStep.GIVE_UP: (AGREED_STATES, OrderState.CANNOT_FINISH),
    OrderStep.AGREE: (frozenset({OrderState.PROPOSED}), OrderState.ACCEPTED),
    OrderStep.OFFER_AGAIN: (frozenset({OrderState.PROPOSED}), OrderState.OFFERED),
    OrderStep.ALLOW_MORE: (frozenset({OrderState.MORE_WORK}), OrderState.ON_SITE),
    OrderStep.REFUSE_MORE: (frozenset({OrderState.MORE_WORK}), OrderState.ON_SITE),
    OrderStep.CANCEL: (OPEN_STATES, OrderState.CANCELLED),
    OrderStep.EXPIRE: (UNANSWERED, OrderState.EXPIRED),
}
TASK_STATE = {
    OrderState.OFFERED: TaskState.WITH_CRAFTSMAN,
    OrderState.PROPOSED: TaskState.WITH_CRAFTSMAN,
    OrderState.ACCEPTED: TaskState.SCHEDULED,
    OrderState.ON_SITE: TaskState.IN_PROGRESS,
    OrderState.MORE_WORK: TaskState.IN_PROGRESS,
    OrderState.FINISHED: TaskState.DONE,
    OrderState.CANNOT_FINISH: TaskState.TO_DO,
    OrderState.DECLINED: TaskState.TO_DO,
    OrderState.CANCELLED: TaskState.TO_DO,
    OrderState.EXPIRED: TaskState.TO_DO,
}


def after(present: OrderState, step: OrderStep) -> OrderState | None:
    """Return the state a step leads to, None where it cannot be taken."""
    sources, target = STEPS[step]
    return target if present in sources else None


def is_repeat(present: OrderState, step: OrderStep) -> bool:
    """Tell whether a step has just been taken: a second tap, or a phone that sends again."""
    return STEPS[step][1] is present


def is_near(now: datetime, starts_at: datetime | None, ends_at: datetime | None) -> bool:
    """Tell whether a visit is near enough to need the resident's name and door: some days before, half a day after."""
    return starts_at is not None and ends_at is not None and starts_at - NEAR_BEFORE <= now <= ends_at + NEAR_AFTER


def shows_resident(state: OrderState, now: datetime, starts_at: datetime | None, ends_at: datetime | None) -> bool:
    """Tell whether an order may show who lives there: once a time is agreed, near it, until the work has ended."""
    return state in AGREED_STATES and is_near(now, starts_at, ends_at)


def without_unit(text: str, label: str, place: str) -> str:
    """Return a text without the exact unit, for whoever has not accepted yet; a label of one digit hides too much else."""
    for each in (place, label):
        if len(each) > 1:
            text = re.sub(rf"(?<!\w){re.escape(each)}(?!\w)", "[unit]", text, flags=re.IGNORECASE)
    return text
