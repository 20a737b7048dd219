"""Ordering craftsmen from a task's page, deciding what they ask, and the directory of them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.domain.order import OrderStep
from hub.errors import HubError, Invalid, NotFound, Refused
from hub.models import Company
from hub.services.operations import orders
from hub.services.operations.orders import Wanted
from hub.services.operations.tasks import find_task
from hub.services.people import craftsmen as craftsmen_service
from hub.services.people.craftsmen import Firm, list_craftsmen, list_trades
from hub.services.tickets.files import draw_picture
from hub.web.desk import current_desk
from hub.web.files import picture
from hub.web.guards import actor, guarded, staff
from hub.web.language import _
from hub.web.ops.cards import board_views
from hub.web.ops.order_forms import SLOTS
from hub.web.ops.task_page import task_page
from hub.web.order_times import Slot, read_amount, read_day, read_slot
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.board import BoardFilter
from hub.web.viewmodels.inbox import FormPage
from hub.web.viewmodels.order import CraftsmenPage
from hub.web.viewmodels.parts import Choice, EmptyState, Field, FieldKind, Form, Link, Table
from hub.web.words import day

ordering = guarded(Blueprint("ordering", __name__), staff(Ability.SEE_BOARD))


@ordering.post("/tasks/<int:number>/orders")
def place(number: int) -> str | Response:
    """Order a craftsman for a task."""
    who, desk, form = actor(), current_desk(), request.form
    try:
        with desk.transaction():
            task = find_task(desk, who, number)
            wanted = Wanted(
                craftsman=form.get("craftsman", ""),
                scope=form.get("scope", ""),
                slots=_slots(desk.session.get_one(Company, task.company_id).time_zone),
                limit_cents=read_amount(form.get("limit", ""), "limit"),
                needs_photo="needs_photo" in form,
            )
            placed = orders.place_order(desk, who, number, wanted)
    except Invalid as error:
        return make_response(task_page(who, number, order_mistake=error), 422)
    except Refused as error:
        add_toast(str(error))
        return redirect(f"/tasks/{number}")
    add_toast(_("O-%(n)s is sent to %(firm)s", n=placed.id, firm=placed.craftsman_name))
    return redirect(f"/tasks/{number}")


@ordering.patch("/orders/<int:number>")
def decide(number: int) -> Response:
    """Agree to a time, offer another, allow or refuse more work, or take an order back."""
    who, desk = actor(), current_desk()
    task = orders.find_order(desk, who, number).task_id
    try:
        with desk.transaction():
            _decide(number, request.form.get("step", ""))
    except HubError as error:
        add_toast(str(error))
    return redirect(f"/tasks/{task}")


def _decide(number: int, step: str) -> None:
    who, desk = actor(), current_desk()
    if step == OrderStep.AGREE:
        orders.agree(desk, who, number)
    elif step == OrderStep.OFFER_AGAIN:
        order = orders.find_order(desk, who, number)
        zone = desk.session.get_one(Company, order.company_id).time_zone
        slot = read_slot(request.form.to_dict(), "again", zone)
        orders.offer_again(desk, who, number, [slot] if slot else [])
    elif step in {OrderStep.ALLOW_MORE, OrderStep.REFUSE_MORE}:
        orders.decide_more(desk, who, number, allowed=step == OrderStep.ALLOW_MORE)
    elif step == OrderStep.CANCEL:
        orders.cancel_order(desk, who, number)
    else:
        raise Refused(_("Choose one of the buttons of the order."))


@ordering.get("/tasks/<int:number>/order-photos/<uuid:public_id>")
def photo(number: int, public_id: UUID) -> Response:
    """Give a photo a craftsman sent for a task, redrawn by us."""
    desk = current_desk()
    with desk.transaction():  # as for previews: no connection is held while it is drawn
        found = orders.photos_of(desk, find_task(desk, actor(), number))
        kept = next((each.sha256 for each in found if each.public_id == public_id), None)
    if kept is None:
        raise NotFound("This task has no such photo.")
    return picture(draw_picture(desk, kept, whole="whole" in request.args))


@ordering.get("/craftsmen")
def craftsmen() -> str:
    """Show the craftsmen by trade and area, with how long each is insured."""
    who, desk = actor(), current_desk()
    trade, area = (request.args.get(name, "").replace("\0", "")[:100] for name in ("trade", "area"))
    found = list_craftsmen(desk, who, trade=trade, area=area)
    trades = list_trades(found if not trade else list_craftsmen(desk, who))
    choices: tuple[Choice, ...] = (Choice(value="", label=_("All trades"), selected=not trade),)
    choices += tuple(Choice(value=each, label=each, selected=each == trade) for each in trades)
    rows = tuple(
        (
            each.contact.name,
            each.contact.trade,
            each.contact.areas or _("everywhere"),
            (
                day(each.contact.insured_until)
                if each.insured
                else _("ended %(day)s", day=day(each.contact.insured_until))
            )
            if each.contact.insured_until
            else _("not known"),
            str(each.open_orders),
        )
        for each in found
    )
    page = CraftsmenPage(
        shell=staff_shell(who, place="board"),
        title=_("Craftsmen"),
        action="/craftsmen",
        filters=(BoardFilter(name="trade", label=_("Trade"), choices=choices),),
        area_label=_("Area"),
        area=area,
        table=Table(
            caption=_("Craftsmen"),
            headings=(_("Name"), _("Trade"), _("Area"), _("Insured until"), _("Open orders")),
            rows=rows,
            numeric=frozenset({4}),
            urls=tuple(f"/craftsmen/{each.contact.id}" for each in found),
        ),
        views=board_views("craftsmen"),
        empty=None
        if found
        else EmptyState(title=_("No craftsman matches."), text=_("Contacts with the role craftsman are listed here.")),
    )
    return render_template("board/craftsmen.html", page=page)


@ordering.get("/craftsmen/<int:number>")
def show_craftsman(number: int) -> str:
    """Show what is known of a craftsman."""
    return _craftsman(number)


@ordering.post("/craftsmen/<int:number>")
def change_craftsman(number: int) -> Response:
    """Keep trade, areas and insurance of a craftsman."""
    desk, form = current_desk(), request.form
    try:
        firm = Firm(
            form.get("trade", ""), form.get("areas", ""), read_day(form.get("insured_until", ""), "insured_until")
        )
        with desk.transaction():
            contact = craftsmen_service.change_craftsman(desk, actor(), number, firm)
    except Invalid as error:
        return make_response(_craftsman(number, error), 422)
    add_toast(_("%(name)s is saved", name=contact.name))
    return redirect("/craftsmen")


def _craftsman(number: int, error: Invalid | None = None) -> str:
    who, form = actor(), request.form
    contact = craftsmen_service.find_craftsman(current_desk(), who, number)
    ends = contact.insured_until.isoformat() if contact.insured_until else ""

    def asked(name: str, label: str, present: str, hint: str = "", *, kind: FieldKind = "text") -> Field:
        wrong = str(error) if error is not None and error.field == name else ""
        value = form.get(name, present)
        return Field(
            name=name, label=label, kind=kind, value=value, hint=hint, error=wrong, optional=True, autocomplete="off"
        )

    page = FormPage(
        shell=staff_shell(who, place="board"),
        title=contact.name,
        text=_("Who is ordered is offered by trade and area; without an area everywhere."),
        form=Form(
            action=f"/craftsmen/{number}",
            fields=(
                asked("trade", _("Trade"), contact.trade),
                asked("areas", _("Areas"), contact.areas, _("Towns, postcodes or buildings, with commas between.")),
                asked("insured_until", _("Insured until"), ends, kind="date"),
            ),
            submit=_("Save"),
            cancel=Link(label=_("Craftsmen"), url="/craftsmen"),
        ),
    )
    return render_template("inbox/form.html", page=page)


def _slots(zone: str) -> list[Slot]:
    form = request.form.to_dict()
    found = (read_slot(form, f"slot_{number}", zone) for number in range(1, SLOTS + 1))
    return [each for each in found if each is not None]
