"""Orders on a task's page: the form that places one, and how those placed stand."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request

from hub.domain.access import Ability, Actor
from hub.domain.order import NEXT_ACTOR, OPEN_STATES, STATE_WORDS, OrderState, OrderStep
from hub.domain.task import OPEN_STATES as OPEN_TASKS
from hub.domain.task import NextActor
from hub.errors import Invalid
from hub.models import Company, Order, OrderPhoto, Property, Task
from hub.services.operations.orders import orders_of, photos_of
from hub.services.people.craftsmen import Craftsman, area_of, list_craftsmen
from hub.web.desk import current_desk
from hub.web.language import _
from hub.web.order_times import slot_fields, slot_label
from hub.web.viewmodels.board import TaskOrder
from hub.web.viewmodels.parts import Attachment, Choice, Fact, Field, Form, Tone
from hub.web.words import day, money

SLOTS = 3
TONES: dict[OrderState, Tone] = {
    OrderState.FINISHED: "ok",
    OrderState.PROPOSED: "warn",
    OrderState.MORE_WORK: "warn",
    OrderState.CANNOT_FINISH: "warn",
}


def order_form(who: Actor, task: Task, orders: Sequence[Order], mistake: Invalid | None) -> Form | None:
    """Return the form that orders a craftsman, None where this actor may not or one is on it already."""
    taken = any(each.state in OPEN_STATES for each in orders)
    if not who.can(Ability.WORK_TASKS, task.company_id) or task.state not in OPEN_TASKS or taken:
        return None
    desk = current_desk()
    typed = request.form.to_dict() if mistake is not None else {}
    wrong = {mistake.field: str(mistake)} if mistake is not None else {}
    home = desk.session.get(Property, task.property_id) if task.property_id else None
    known = list_craftsmen(desk, who, company_id=task.company_id, place=area_of(home))
    chosen = typed.get("craftsman", "")
    firms: tuple[Choice, ...] = (Choice(value="", label=_("Choose"), selected=not chosen),)
    firms += tuple(
        Choice(value=str(each.contact.id), label=firm_words(each), selected=str(each.contact.id) == chosen)
        for each in known
    )
    labels = ((_("First day"), _("First time")), (_("Second day"), _("Second time")), (_("Third day"), _("Third time")))
    slots: tuple[Field, ...] = ()
    for number, (day_label, time_label) in enumerate(labels, start=1):
        slots += slot_fields(f"slot_{number}", day_label, time_label, typed, wrong, optional=number > 1)
    fields = (
        Field(name="craftsman", label=_("Craftsman"), kind="select", choices=firms, error=wrong.get("craftsman", "")),
        Field(
            name="scope",
            label=_("What is to be done"),
            kind="textarea",
            value=typed.get("scope", task.description or task.title),
            hint=_("Names, numbers and the unit are taken out: the craftsman sees them near the visit."),
            error=wrong.get("scope", ""),
        ),
        Field(
            name="limit",
            label=_("Costs at most"),
            value=typed.get("limit", ""),
            hint=_("Such as 180 or 180.50"),
            error=wrong.get("limit", ""),
            optional=True,
        ),
        *slots,
        Field(
            name="needs_photo",
            label=_("Needs a photo when done"),
            kind="checkbox",
            checked=not typed or "needs_photo" in typed,
            optional=False,
        ),
    )
    return Form(
        action=f"/tasks/{task.id}/orders",
        fields=fields,
        submit=_("Send the order"),
        error="" if mistake is None or mistake.field else str(mistake),
    )


def firm_words(firm: Craftsman) -> str:
    """Return a craftsman in one line: name, trade, where, how long insured, how busy."""
    contact = firm.contact
    insured = _("no insurance date")
    if contact.insured_until is not None:
        insured = _("insured until %(day)s", day=day(contact.insured_until))
        insured = insured if firm.insured else _("insurance ended %(day)s", day=day(contact.insured_until))
    busy = _("%(n)s open", n=firm.open_orders) if firm.open_orders else ""
    return " · ".join(each for each in (contact.name, contact.trade, contact.areas, insured, busy) if each)


def task_orders(who: Actor, task: Task) -> tuple[Sequence[Order], tuple[TaskOrder, ...]]:
    """Return a task's orders, and how each stands on its page; in three statements."""
    desk = current_desk()
    orders = orders_of(desk, task)
    if not orders:
        return orders, ()
    company = desk.session.get_one(Company, task.company_id)
    photos: dict[int, list[OrderPhoto]] = {}
    for each in photos_of(desk, task):
        photos.setdefault(each.order_id, []).append(each)
    may = who.can(Ability.WORK_TASKS, task.company_id)
    return orders, tuple(_order(task, each, company, photos.get(each.id, []), may=may) for each in orders)


def _order(task: Task, order: Order, company: Company, photos: Sequence[OrderPhoto], *, may: bool) -> TaskOrder:
    state = OrderState(order.state)
    when = slot_label(order.starts_at, order.ends_at, company.time_zone) if order.starts_at and order.ends_at else ""
    known = (
        (_("What"), order.scope),
        (_("When"), when),
        (_("Costs at most"), money(order.limit_cents, company.currency)),
        (
            _("More work"),
            f"{money(order.more_cents, company.currency)}: {order.more_reason}" if order.more_reason else "",
        ),
        (_("Report"), order.report),
        (_("No photo because"), order.no_photo_reason),
    )
    buttons = {
        OrderState.PROPOSED: ((OrderStep.AGREE, _("Agree to %(when)s", when=when)),),
        OrderState.MORE_WORK: (
            (OrderStep.ALLOW_MORE, _("Allow more work")),
            (OrderStep.REFUSE_MORE, _("Refuse more work")),
        ),
    }.get(state, ())
    cancel = ((OrderStep.CANCEL, _("Cancel O-%(n)s", n=order.id)),) if state in OPEN_STATES else ()
    return TaskOrder(
        number=f"O-{order.id}",
        words=order.craftsman_name,
        status=_(STATE_WORDS[state]),
        tone=TONES.get(state, "neutral"),
        next=_next_words(state),
        action=f"/orders/{order.id}",
        facts=tuple(Fact(label=label, value=value) for label, value in known if value),
        photos=tuple(_photo(task.id, each, at) for at, each in enumerate(photos, start=1)),
        buttons=tuple(Choice(value=step, label=label) for step, label in (*buttons, *cancel)) if may else (),
        again=_again_form(order) if may and state is OrderState.PROPOSED else None,
    )


def _next_words(state: OrderState) -> str:
    return {
        NextActor.CRAFTSMAN: _("Next: the craftsman"),
        NextActor.TEAM: _("Next: you") if state in OPEN_STATES else _("Next: you, order somebody else"),
    }.get(NEXT_ACTOR[state], "")


def _again_form(order: Order) -> Form:
    fields = slot_fields("again", _("Other day"), _("Other time"), {}, {}, optional=False)
    hidden = (
        Field(name="_method", label="", kind="hidden", value="PATCH"),
        Field(name="step", label="", kind="hidden", value=OrderStep.OFFER_AGAIN),
    )
    return Form(action=f"/orders/{order.id}", fields=(*hidden, *fields), submit=_("Offer this time"))


def _photo(number: int, kept: OrderPhoto, place: int) -> Attachment:
    url = f"/tasks/{number}/order-photos/{kept.public_id}"
    name = _("Craftsman's photo %(place)s", place=place)
    return Attachment(name=name, url=f"{url}?whole", size_words="", thumb_url=url, whole_url=f"{url}?whole", alt=name)
