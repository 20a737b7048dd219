"""What a task is and which steps it may take."""

from __future__ import annotations

from enum import StrEnum


class TaskState(StrEnum):
    """Where a task stands; the columns of the board, in order."""

    TO_DO = "to_do"
    SCHEDULED = "scheduled"
    WITH_CRAFTSMAN = "with_craftsman"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskKind(StrEnum):
    """What sort of work it is."""

    REPAIR = "repair"
    TURN = "property_turn"
    RENEWAL = "lease_renewal"
    VIEWING = "viewing"
    KEY = "key"
    NAME_PLATE = "name_plate"
    BILLING = "billing_matter"
    OTHER = "other"


class NextActor(StrEnum):
    """Who must act next."""

    TEAM = "team"
    CRAFTSMAN = "craftsman"
    CUSTOMER_SERVICE = "customer_service"
    NOBODY = "nobody"


STATE_WORDS = {
    TaskState.TO_DO: "To do",
    TaskState.SCHEDULED: "Scheduled",
    TaskState.WITH_CRAFTSMAN: "With craftsman",
    TaskState.IN_PROGRESS: "In progress",
    TaskState.BLOCKED: "Blocked",
    TaskState.DONE: "Done",
    TaskState.CANCELLED: "Cancelled",
}
OPEN_STATES = frozenset(TaskState) - {TaskState.DONE, TaskState.CANCELLED}
NEXT_ACTOR = {
    TaskState.TO_DO: NextActor.TEAM,
    TaskState.SCHEDULED: NextActor.TEAM,
    TaskState.WITH_CRAFTSMAN: NextActor.CRAFTSMAN,
    TaskState.IN_PROGRESS: NextActor.TEAM,
    TaskState.BLOCKED: NextActor.TEAM,
    TaskState.DONE: NextActor.NOBODY,
    TaskState.CANCELLED: NextActor.NOBODY,
}
MOVES = {state: frozenset(OPEN_STATES | {TaskState.DONE, TaskState.CANCELLED}) - {state} for state in OPEN_STATES} | {
    TaskState.DONE: frozenset({TaskState.TO_DO, TaskState.IN_PROGRESS}),
    TaskState.CANCELLED: frozenset({TaskState.TO_DO}),
}


def may_move(present: TaskState, wanted: TaskState) -> bool:
    """Tell whether a task may take this step; finished work is reopened only to be done again."""
    return wanted in MOVES[present]


def next_actor(state: TaskState, *, asks: bool) -> NextActor:
    """Return who must act next on a task; while it asks customer service something, they must."""
    return NextActor.CUSTOMER_SERVICE if asks and state in OPEN_STATES else NEXT_ACTOR[state]
