"""The links in 'Is it fixed?': they open a page with two buttons, and only a button answers."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from hub.models import Company, FixCheck
from hub.services.operations import fix_checks
from hub.web.desk import current_desk
from hub.web.fixed_question import fixed_question, fixed_words, said_by
from hub.web.guards import anybody, guarded
from hub.web.language import _
from hub.web.limits import limiter
from hub.web.shell import public_shell
from hub.web.viewmodels.public import FixedPage

fixed_links = guarded(Blueprint("fixed_links", __name__), anybody)


@fixed_links.get("/fixed/<token>")
def ask(token: str) -> str:
    """Ask whether work is fixed. Opening a link says nothing yet: mail scanners open them too."""
    return _page(token, fix_checks.find_by_link(current_desk(), token))


@fixed_links.post("/fixed/<token>")
@limiter.limit("60 per hour")
def tell(token: str) -> str:
    """Take what somebody says of the work."""
    desk = current_desk()
    with desk.transaction():
        said = said_by(request.form.get("fixed", ""))
        check = fix_checks.settle_by_link(desk, token, said, request.form.get("words", ""))
    return _page(token, check)


def _page(token: str, check: FixCheck) -> str:
    settled = fixed_words(check)
    page = FixedPage(
        shell=public_shell(current_desk().session.get_one(Company, check.company_id)),
        title=_("Thank you") if settled else _("Is it fixed?"),
        about=_("About your request #%(n)s", n=check.ticket_id),
        settled=settled,
        question=fixed_question(f"/fixed/{token}", check, picked=request.args.get("fixed", "")),
    )
    return render_template("public/fixed.html", page=page)
