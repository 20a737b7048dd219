"""A craftsman's private link, `/o/<token>`: read as often as you like, changed by its buttons only, without an account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.order import AGREED_STATES, STATE_WORDS, UNANSWERED, OrderState, OrderStep
from hub.errors import Invalid, NotFound, Refused
from hub.models import Attachment, Order, OrderPhoto
from hub.services.operations import order_link
from hub.services.operations.order_link import MOST_PHOTOS, Report, Sheet
from hub.services.people.portal import MOST_BYTES
from hub.services.tickets.files import draw_picture
from hub.web.desk import current_desk
from hub.web.files import picture
from hub.web.forms import form_id, posted_files
from hub.web.front.views import company
from hub.web.guards import anybody, guarded
from hub.web.language import _
from hub.web.limits import limiter
from hub.web.order_times import read_amount, read_slot, slot_fields, slot_label
from hub.web.shell import public_shell
from hub.web.turns import in_turn
from hub.web.viewmodels.order import OrderPage
from hub.web.viewmodels.parts import Attachment as Photo
from hub.web.viewmodels.parts import Choice, Fact, Field, Form, Link, Tone
from hub.web.viewmodels.survey import ThanksPage
from hub.web.words import lines_of, money

order_links = guarded(Blueprint("order_links", __name__), anybody)
TONES: dict[OrderState, Tone] = {
    OrderState.ACCEPTED: "ok",
    OrderState.ON_SITE: "info",
    OrderState.FINISHED: "ok",
    OrderState.MORE_WORK: "warn",
}
GUESSES = "30 per hour"


def _guessed(response: Response) -> bool:
    return response.status_code == 404


guesses = limiter.shared_limit(GUESSES, scope="order links", deduct_when=_guessed)


@order_links.get("/o/<token>")
@guesses
def show(token: str) -> str | Response:
    """Show an order; looking changes nothing, for mail scanners follow links."""
    try:
        return _page(token)
    except (NotFound, Refused) as error:
        return _gone(error, token)


@order_links.get("/o/<token>/photos/<uuid:public_id>")
@guesses
def photo(token: str, public_id: UUID) -> Response:
    """Give a photo of an order, redrawn by us: without its name and without where it was taken."""
    desk = current_desk()
    with desk.transaction():  # as for previews: no connection is held while it is drawn
        kept = order_link.find_photo(desk, token, public_id)
    return picture(draw_picture(desk, kept, whole="whole" in request.args))


@order_links.post("/o/<token>")
@limiter.limit("60 per hour")
@guesses
@in_turn
def act(token: str) -> str | Response:
    """Take one step of an order; sent twice, it is taken once."""
    desk = current_desk()
    try:
        with desk.transaction():
            STEPS.get(request.form.get("step", ""), _nothing)(token, form_id())
    except Invalid as error:
        response = Response(_page(token, error), mimetype="text/html")
        response.status_code = 422
        return response
    except (NotFound, Refused) as error:
        return _gone(error, token)
    return redirect(f"/o/{token}", code=303)


def _accept(token: str, form: UUID) -> Order:
    return order_link.accept(current_desk(), token, form, request.form.get("slot", ""))


def _propose(token: str, form: UUID) -> Order:
    desk = current_desk()
    zone = order_link.open_sheet(desk, token).company.time_zone
    return order_link.propose(desk, token, form, read_slot(request.form.to_dict(), "propose", zone))


def _decline(token: str, form: UUID) -> Order:
    return order_link.decline(current_desk(), token, form, request.form.get("decline_reason", ""))


def _arrive(token: str, form: UUID) -> Order:
    return order_link.arrive(current_desk(), token, form)


def _finish(token: str, form: UUID) -> Order:
    given = request.form
    said = Report(
        given.get("report", ""), photos=posted_files("photos"), no_photo_reason=given.get("no_photo_reason", "")
    )
    return order_link.finish(current_desk(), token, form, said)


def _ask_more(token: str, form: UUID) -> Order:
    given = request.form
    cents = read_amount(given.get("more_amount", ""), "more_amount")
    said = Report(given.get("more_words", ""), cents, posted_files("more_photos"))
    return order_link.ask_for_more(current_desk(), token, form, said)


def _give_up(token: str, form: UUID) -> Order:
    return order_link.give_up(current_desk(), token, form, request.form.get("give_up_reason", ""))


def _nothing(token: str, form: UUID) -> Order:  # noqa: ARG001
    order_link.find_by_token(current_desk(), token)
    raise Refused(_("This page is too old: nothing was changed. Look at the order again."))


STEPS: dict[str, Callable[[str, UUID], Order]] = {
    OrderStep.ACCEPT: _accept,
    OrderStep.PROPOSE: _propose,
    OrderStep.DECLINE: _decline,
    OrderStep.ARRIVE: _arrive,
    OrderStep.FINISH: _finish,
    OrderStep.ASK_MORE: _ask_more,
    OrderStep.GIVE_UP: _give_up,
}


def _gone(error: NotFound | Refused, token: str) -> Response:
    """Say why nothing was done; a link that still works leads back to its order."""
    works = isinstance(error, Refused) and str(error) != order_link.OVER
    page = ThanksPage(
        shell=public_shell(company()),
        title=_("This link does not work") if isinstance(error, NotFound) else _("Nothing was changed"),
        text=str(error),
        links=(Link(label=_("Look at the order"), url=f"/o/{token}"),) if works else (),
    )
    response = Response(render_template("survey/thanks.html", page=page), mimetype="text/html")
    response.status_code = 404 if isinstance(error, NotFound) else 409
    return response


def _page(token: str, mistake: Invalid | None = None) -> str:
    sheet = order_link.open_sheet(current_desk(), token)
    order, zone = sheet.order, sheet.company.time_zone
    state = OrderState(order.state)
    wrong = {mistake.field: str(mistake)} if mistake is not None else {}
    agreed = state in AGREED_STATES
    page = OrderPage(
        shell=public_shell(sheet.company),
        title=_("Order O-%(n)s · %(firm)s", n=order.id, firm=order.craftsman_name),
        subject=sheet.title,
        status=_(STATE_WORDS[state]),
        tone=TONES.get(state, "neutral"),
        said=_said(sheet),
        facts=_facts(sheet),
        scope=lines_of(order.scope),
        action=f"/o/{token}",
        form_id=str(uuid4()),
        photos=tuple(_photo(token, each, _("Photo %(place)s", place=at)) for at, each in enumerate(sheet.photos, 1)),
        own_photos=tuple(
            _photo(token, each, _("Your photo %(place)s", place=at)) for at, each in enumerate(sheet.own_photos, 1)
        ),
        visit=_visit(sheet),
        times=_times(order, zone) if state in UNANSWERED else (),
        error=wrong.get("slot", ""),
        accept_step=OrderStep.ACCEPT,
        arrive_step=OrderStep.ARRIVE if state is OrderState.ACCEPTED else "",
        propose=_propose_form(token, wrong) if state in UNANSWERED | {OrderState.ACCEPTED} else None,
        decline=_words_form(
            token, OrderStep.DECLINE, "decline_reason", _("Why? The team sees this."), _("Decline"), wrong
        )
        if state in UNANSWERED | {OrderState.ACCEPTED}
        else None,
        finish=_finish_form(token, order, wrong) if agreed else None,
        more=_more_form(token, wrong) if state in {OrderState.ACCEPTED, OrderState.ON_SITE} else None,
        give_up=_words_form(
            token, OrderStep.GIVE_UP, "give_up_reason", _("Why can it not be finished?"), _("Say so"), wrong
        )
        if agreed
        else None,
    )
    return render_template("order/page.html", page=page)


def _said(sheet: Sheet) -> str:
    order = sheet.order
    when = (
        slot_label(order.starts_at, order.ends_at, sheet.company.time_zone) if order.starts_at and order.ends_at else ""
    )
    firm = sheet.company.name
    words = {
        OrderState.OFFERED: _(
            "%(company)s asks you to do this. Name and door come once you have accepted.", company=firm
        ),
        OrderState.PROPOSED: _("You proposed %(when)s. We write as soon as the team has agreed.", when=when),
        OrderState.ACCEPTED: _("You come on %(when)s.", when=when),
        OrderState.ON_SITE: _("You are on site. Send a photo when it is done."),
        OrderState.MORE_WORK: _("The team decides about the further work and writes to you."),
        OrderState.FINISHED: _("The order is finished. Thank you!"),
        OrderState.CANNOT_FINISH: _("The team knows that it cannot be finished."),
        OrderState.DECLINED: _("You declined this order."),
        OrderState.CANCELLED: _("This order was cancelled: please do not come."),
        OrderState.EXPIRED: _("This order was not accepted in time and is over."),
    }[OrderState(order.state)]
    far = order.state == OrderState.ACCEPTED and sheet.visit is None
    return f"{words} {_('Name, door and number are shown here three days before.')}" if far else words


def _facts(sheet: Sheet) -> tuple[Fact, ...]:
    order = sheet.order
    known = (
        (_("Where"), sheet.area),
        (_("Costs at most"), money(order.limit_cents, sheet.company.currency)),
        (_("Photo"), _("Needed when it is done") if order.needs_photo else ""),
    )
    return tuple(Fact(label=label, value=value) for label, value in known if value)


def _visit(sheet: Sheet) -> tuple[Fact, ...]:
    visit = sheet.visit
    if visit is None:
        return ()
    known = (
        (_("Home"), ", ".join(each for each in (visit.place, visit.floor) if each), ""),
        (_("Name"), visit.name, ""),
        (_("Phone"), visit.phone, f"tel:{visit.phone}"),
        (_("Way in"), visit.access, ""),
    )
    return tuple(Fact(label=label, value=value, url=url) for label, value, url in known if value)


def _times(order: Order, zone: str) -> tuple[Choice, ...]:
    """Return the times that are still to come."""
    now = current_desk().clock.now()
    slots = [(each[0], datetime.fromisoformat(each[0]), datetime.fromisoformat(each[1])) for each in order.slots]
    return tuple(Choice(value=key, label=slot_label(begins, ends, zone)) for key, begins, ends in slots if ends > now)


def _photo(token: str, kept: Attachment | OrderPhoto, name: str) -> Photo:
    url = f"/o/{token}/photos/{kept.public_id}"
    return Photo(name=name, url=f"{url}?whole", size_words="", thumb_url=url, whole_url=f"{url}?whole", alt=name)


def _hidden(step: OrderStep) -> tuple[Field, ...]:
    return (
        Field(name="form_id", label="", kind="hidden", value=str(uuid4())),
        Field(name="step", label="", kind="hidden", value=step),
    )


def _propose_form(token: str, wrong: dict[str, str]) -> Form:
    fields = slot_fields("propose", _("Day"), _("Time"), request.form.to_dict(), wrong, optional=False)
    return Form(action=f"/o/{token}", fields=(*_hidden(OrderStep.PROPOSE), *fields), submit=_("Propose this time"))


def _words_form(token: str, step: OrderStep, name: str, label: str, submit: str, wrong: dict[str, str]) -> Form:
    field = Field(
        name=name,
        label=label,
        kind="textarea",
        rows=3,
        value=request.form.get(name, ""),
        error=wrong.get(name, ""),
        optional=step is OrderStep.DECLINE,
        maxlength=2000,
    )
    return Form(action=f"/o/{token}", fields=(*_hidden(step), field), submit=submit)


def _finish_form(token: str, order: Order, wrong: dict[str, str]) -> Form:
    fields = (
        _photo_field("photos", wrong, optional=not order.needs_photo),
        Field(
            name="report",
            label=_("What did you do?"),
            kind="textarea",
            rows=3,
            value=request.form.get("report", ""),
            optional=True,
            maxlength=2000,
        ),
        Field(
            name="no_photo_reason",
            label=_("No photo? Say why"),
            value=request.form.get("no_photo_reason", ""),
            optional=True,
            maxlength=2000,
        ),
    )
    return Form(
        action=f"/o/{token}", fields=(*_hidden(OrderStep.FINISH), *fields), submit=_("Finish order"), multipart=True
    )


def _more_form(token: str, wrong: dict[str, str]) -> Form:
    given = request.form
    fields = (
        Field(
            name="more_words",
            label=_("What else has to be done?"),
            kind="textarea",
            rows=3,
            value=given.get("more_words", ""),
            error=wrong.get("more_words", ""),
            maxlength=2000,
        ),
        Field(
            name="more_amount",
            label=_("What does it cost?"),
            value=given.get("more_amount", ""),
            hint=_("Such as 250 or 250.50"),
            error=wrong.get("more_amount", ""),
        ),
        _photo_field("more_photos", wrong, optional=False, label=_("Photo of it")),
    )
    return Form(
        action=f"/o/{token}", fields=(*_hidden(OrderStep.ASK_MORE), *fields), submit=_("Ask for it"), multipart=True
    )


def _photo_field(name: str, wrong: dict[str, str], *, optional: bool, label: str = "") -> Field:
    return Field(
        name=name,
        label=label or _("Take photo"),
        kind="file",
        accept="image/*",
        hint=_("Up to %(n)s photos.", n=MOST_PHOTOS),
        error=wrong.get(name, ""),
        multiple=True,
        optional=optional,
        most_files=MOST_PHOTOS,
        most_bytes=MOST_BYTES,
    )
