"""The links in answers: the short one to an article, and the one where people say whether it solved their matter."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.verdict import Verdict
from hub.models import Company, GivenAnswer
from hub.services.help import given_answers, help_centre
from hub.services.settings.public_company import company_of_host
from hub.web.answer_question import question, settled_words
from hub.web.desk import current_desk
from hub.web.guards import anybody, guarded
from hub.web.language import _
from hub.web.limits import limiter
from hub.web.shell import public_shell
from hub.web.viewmodels.parts import Link
from hub.web.viewmodels.public import AnswerPage
from hub.web.words import lines_of

answer_links = guarded(Blueprint("answer_links", __name__), anybody)


@answer_links.get("/k/<int:article_id>")
def article(article_id: int) -> Response:
    """Lead from the short link of a text message to the whole article."""
    desk = current_desk()
    found = help_centre.find_public_article(desk, company_of_host(desk, request.host).id, article_id)
    return redirect(help_centre.article_path(found))


@answer_links.get("/a/<token>")
def ask(token: str) -> str:
    """Ask whether an answer solved it. Opening a link says nothing yet: mail scanners open them too."""
    return _page(token, given_answers.find_by_link(current_desk(), token))


@answer_links.post("/a/<token>")
@limiter.limit("60 per hour")
def tell(token: str) -> str:
    """Take what somebody says of an answer."""
    desk = current_desk()
    verdict = Verdict.SOLVED if request.form.get("said", "") == Verdict.SOLVED else Verdict.PERSON
    with desk.transaction():
        given = given_answers.settle_by_link(desk, token, verdict)
    return _page(token, given)


def _page(token: str, given: GivenAnswer) -> str:
    desk = current_desk()
    company = desk.session.get_one(Company, given.company_id)
    where = help_centre.find_public(desk, given.article_id) if given.article_id else None
    settled = settled_words(given)
    page = AnswerPage(
        shell=public_shell(company),
        title=_("Thank you") if settled else _("Did this solve it?"),
        about=_("About your request #%(n)s", n=given.ticket_id),
        settled=settled,
        name=given.title,
        language=given.language,
        paragraphs=lines_of(given.passage),
        article=Link(label=_("Read the whole article"), url=help_centre.article_path(where)) if where else None,
        gone="" if where else _("The article has been taken out of the help centre since."),
        question=question(f"/a/{token}", given, picked=request.args.get("said", "")),
    )
    return render_template("public/answer.html", page=page)
