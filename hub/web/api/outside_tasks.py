"""`/tasks/by-source`: tasks whose truth is in another program, as it reports them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from hub.domain.access import Ability
from hub.models import Company, OutsideTask
from hub.services.catalogue import choose_company, company_of
from hub.services.operations.outside_tasks import Report, find_outside_task, is_stale, keep_report
from hub.web.api.blueprint import api, need, need_board
from hub.web.api.fields import Body, Id, Instant, Label, Line, Out, Slug, Text, absent
from hub.web.desk import current_desk


class OutsideTaskIn(Body):
    """What the other program says; `ticket`, `unit_id` and `contact_id` say whom it is about and stay when left out."""

    state: Annotated[Label, StringConstraints(max_length=60)]
    words: Annotated[Text, StringConstraints(max_length=2000)] = ""
    url: Line = ""
    as_of: Instant = Field(description="When this was true there; what is older than what is known changes nothing.")
    ticket: Id = absent()
    unit_id: Id = absent()
    contact_id: Id = absent()
    company: Slug = ""


class OutsideTaskOut(Out):
    """What is known of a task elsewhere; `taken` is false where something newer was known already."""

    source: str
    id: str
    company: str
    state: str
    words: str
    url: str
    as_of: datetime
    stale: bool
    ticket: int | None
    unit_id: int | None
    contact_id: int | None
    taken: bool


@api.put("/tasks/by-source/<source>/<outside_id>")
@api.input(OutsideTaskIn, arg_name="body")
@api.output(OutsideTaskOut)
def report_task(source: str, outside_id: str, body: OutsideTaskIn) -> OutsideTaskOut:
    """Report a task of another program; the same report again changes nothing."""
    desk = current_desk()
    actor = need(Ability.WORK_TASKS, "Only operations report work: use a token of an account with that role.")
    with desk.transaction():
        company = choose_company(desk, actor, body.company, ability=Ability.WORK_TASKS)
        report = Report(
            source,
            outside_id,
            body.state,
            body.as_of,
            words=body.words,
            url=body.url,
            ticket_id=body.ticket,
            unit_id=body.unit_id,
            contact_id=body.contact_id,
        )
        kept = keep_report(desk, actor, company, report)
        return _describe(kept.task, company, taken=kept.taken)


@api.get("/tasks/by-source/<source>/<outside_id>")
@api.output(OutsideTaskOut)
def reported_task(source: str, outside_id: str) -> OutsideTaskOut:
    """Show what is known of a task of another program."""
    desk = current_desk()
    row = find_outside_task(desk, need_board(), source, outside_id)
    return _describe(row, company_of(desk, row.company_id), taken=True)


def _describe(row: OutsideTask, company: Company, *, taken: bool) -> OutsideTaskOut:
    return OutsideTaskOut(
        source=row.source,
        id=row.outside_id,
        company=company.slug,
        state=row.state,
        words=row.words,
        url=row.url,
        as_of=row.as_of,
        stale=is_stale(row, current_desk().clock.now()),
        ticket=row.ticket_id,
        unit_id=row.unit_id,
        contact_id=row.contact_id,
        taken=taken,
    )
