"""The portal's door: a link and a code, the same for addresses that are known and those that are not."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, render_template, request, session
from werkzeug.wrappers import Response

from hub.services import sandbox
from hub.services.settings.public_company import company_of_host
from hub.services.staff import accounts
from hub.web.desk import current_desk
from hub.web.guards import anybody, begin, guarded
from hub.web.language import _, ngettext
from hub.web.limits import limiter
from hub.web.shell import public_shell
from hub.web.viewmodels.parts import Field, Form, Link
from hub.web.viewmodels.portal import EnterCodePage, SignInPage

door = guarded(Blueprint("portal_door", __name__, url_prefix="/portal"), anybody)
ASKED, WRONG = "asked_for", "wrong_codes"
ADDRESS_LIMIT = "5 per hour"
MACHINE_LIMIT = "30 per hour"
SIX_DIGITS = re.compile(r"[0-9]{6}")


def typed_address() -> str:
    """Return the address somebody types in, as the key of its limit."""
    return accounts.address_key(request.form.get("address", ""))[:320]


@door.get("/sign-in")
def sign_in() -> str:
    """Ask for an address to send a link or code to."""
    return _sign_in_page(request.args.get("address", session.get(ASKED, ""))[:320])


@door.post("/sign-in")
@limiter.limit(MACHINE_LIMIT)
@limiter.limit(ADDRESS_LIMIT, key_func=typed_address)
def send_code() -> str | Response | tuple[str, int]:
    """Send a link and a code; the answer is the same whether or not the address is known."""
    desk = current_desk()
    address = request.form.get("address", "").strip()
    if not address or len(address) > 320 or not address.isprintable():
        return _sign_in_page(
            address, error=_("Type your email address or your phone number, such as aylin@example.com.")
        ), 422
    with desk.transaction():
        accounts.request_portal_link(desk, company_of_host(desk, request.host), address)
    session[ASKED] = address
    session.pop(WRONG, None)
    return redirect("/portal/code")


@door.get("/code")
def ask_code() -> str | Response:
    """Ask for the code that was sent."""
    return _code_page() if session.get(ASKED) else redirect("/portal/sign-in")


@door.post("/code")
@limiter.limit(MACHINE_LIMIT)
def enter_code() -> str | Response | tuple[str, int]:
    """Sign in by a code, once; the fifth wrong one ends it."""
    desk = current_desk()
    code = "".join(request.form.get("code", "").split())
    if not SIX_DIGITS.fullmatch(code):
        return _code_page(error=_("Type the six digits of the code.")), 422
    with desk.transaction():
        signed_in = accounts.sign_in_with_code(desk, company_of_host(desk, request.host), session.get(ASKED, ""), code)
    if signed_in is None:
        return _code_page(error=_count_wrong_code()), 422
    session.pop(ASKED, None)
    session.pop(WRONG, None)
    begin(signed_in)
    return redirect("/portal")


def _count_wrong_code() -> str:
    """Return what is wrong and how many tries are left: counted for this browser, so that nobody learns who is known."""
    session[WRONG] = wrong = session.get(WRONG, 0) + 1
    left = accounts.MOST_WRONG_CODES - wrong
    if left <= 0:
        return _("That was the fifth wrong code, so this one no longer works. Send yourself another.")
    tries = ngettext("You have %(num)s more try.", "You have %(num)s more tries.", left)
    return _("That code is not right, or it is older than 15 minutes.") + " " + tries


def _sign_in_page(address: str = "", *, error: str = "") -> str:
    company = company_of_host(current_desk(), request.host)
    fields = (
        Field(
            name="address",
            label=_("Your email address or phone number"),
            value=address,
            autocomplete="email",
            error=error,
            autofocus=True,
        ),
    )
    page = SignInPage(
        shell=public_shell(company),
        title=_("Sign in"),
        form=Form(action="/portal/sign-in", fields=fields, submit=_("Send me a code")),
        staff=Link(label=_("You work here? Sign in for staff."), url="/login"),
        mailbox=_mailbox(),
    )
    return render_template("portal/sign_in.html", page=page)


def _code_page(*, error: str = "") -> str:
    company = company_of_host(current_desk(), request.host)
    fields = (
        Field(
            name="code",
            label=_("Code"),
            kind="code",
            autocomplete="one-time-code",
            hint=_("Six digits. The code works once, for 15 minutes, and for at most five tries."),
            error=error,
            autofocus=True,
        ),
    )
    page = EnterCodePage(
        shell=public_shell(company),
        title=_("Enter your code"),
        sent_to=_("If we know %(address)s, a code is on its way there.", address=session.get(ASKED, "")),
        form=Form(action="/portal/code", fields=fields, submit=_("Sign in")),
        again=Link(label=_("Nothing came? Send another"), url="/portal/sign-in"),
        mailbox=_mailbox(),
    )
    return render_template("portal/enter_code.html", page=page)


def _mailbox() -> Link | None:
    """Return the way to where the demo's residents get their mail: to whom the code was sent, where they are known."""
    desk = current_desk()
    if not (desk.settings.demo and desk.settings.practice):
        return None
    asked = accounts.address_key(session.get(ASKED, ""))
    known = (each for each in sandbox.list_residents(desk) if asked in {*each.mails, each.phone})
    person = next((f"?person={each.key}" for each in known), "")
    return Link(label=_("See the code in the sandbox"), url=f"/sandbox{person}")
