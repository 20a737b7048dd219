"""The writers' pages: all articles, one article in its editor, and what to write next."""

from __future__ import annotations

from itertools import groupby
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.errors import Invalid
from hub.models import Article, Company
from hub.services.help import article_changes, gaps
from hub.services.help.article_changes import AUDIENCES, Writing
from hub.services.help.article_files import article_targets
from hub.services.help.help_centre import PUBLIC, article_path, list_all
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff
from hub.web.kb.company import chosen_company, company_links
from hub.web.language import _, ngettext
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.kb import KbArticle, KbHome, KbTables, ShelfOfLinks
from hub.web.viewmodels.parts import Choice, EmptyState, Field, Form, Link, Table
from hub.web.words import day
from knowledgebase.language import SERVED
from knowledgebase.markdown import render
from knowledgebase.topics import TOPICS, topic_name

writers = guarded(Blueprint("kb", __name__, url_prefix="/kb"), staff(Ability.WRITE_ARTICLES))


@writers.get("")
def home() -> str:
    """List every article, drafts too."""
    company = chosen_company()
    shelves = []
    for (audience, language), found in groupby(
        list_all(current_desk(), company.id), key=lambda each: (each.audience, each.language)
    ):
        links = tuple(Link(label=_named(each), url=f"/kb/articles/{each.id}") for each in found)
        title = f"{audience_words(audience)}, {language.upper()} ({len(links)})"
        shelves.append(ShelfOfLinks(title=title, links=links))
    query = urlencode({"company": company.slug})
    page = KbHome(
        shell=staff_shell(actor()),
        title=_("Help centre of %(company)s", company=company.name),
        companies=company_links("/kb", company),
        ways=(
            Link(label=_("New article"), url=f"/kb/articles/new?{query}"),
            Link(label=_("What to write next"), url=f"/kb/gaps?{query}"),
            Link(label=_("Notices"), url=f"/kb/notices?{query}"),
        ),
        shelves=tuple(shelves),
        empty=None if shelves else EmptyState(title=_("There is no article yet.")),
    )
    return render_template("kb/home.html", page=page)


@writers.get("/gaps")
def show_gaps() -> str:
    """Show what people look for in vain, and what each article has spared."""
    desk, company = current_desk(), chosen_company()
    wanted = gaps.what_to_write(desk, company.id)
    spared = gaps.spared_by_article(desk, company.id)
    why = {"searched": _("searched, nothing found"), "by hand": _("answered by hand")}
    first = Table(
        caption=_("What to write next"),
        headings=(_("In people's words"), _("For"), _("Why"), _("Times")),
        rows=tuple((each.words, audience_words(each.audience), why[each.why], str(each.times)) for each in wanted),
        numeric=frozenset({3}),
        urls=tuple(_begin(company, each) for each in wanted),
    )
    second = Table(
        caption=_("What articles spared in 90 days"),
        headings=(_("Article"), _("Answers sent"), _("Called solved"), _("Wanted a person"), _("Not sent at all")),
        rows=tuple(
            (each.title, str(each.answered), str(each.solved), str(each.person), str(each.unsent)) for each in spared
        ),
        numeric=frozenset({1, 2, 3, 4}),
        urls=tuple(f"/kb/articles/{each.article_id}" if each.article_id else "" for each in spared),
    )
    page = KbTables(
        shell=staff_shell(actor()),
        title=_("What to write next"),
        back=Link(label=_("Help centre"), url=f"/kb?{urlencode({'company': company.slug})}"),
        companies=company_links("/kb/gaps", company),
        tables=(
            (
                first,
                _(
                    "Of 90 days: searches that found nothing, and kinds of questions that agents answered %(times)s times or "
                    "more without an article in the answer. A line leads to a new article begun with its words.",
                    times=gaps.BY_HAND_TIMES,
                ),
            ),
            (
                second,
                _(
                    "Solved is what somebody called solved by link, text or button. Silence counts as nothing. Not sent at all: "
                    "the article was open beside a form, and Yes was pressed under it."
                ),
            ),
        ),
    )
    return render_template("kb/tables.html", page=page)


@writers.get("/articles/new")
def new_article() -> str:
    """Begin an article, perhaps with words people asked in, or with a reply of a ticket whose names are taken out."""
    desk, company = current_desk(), chosen_company()
    number = request.args.get("ticket", "")
    body = ""
    if number.isascii() and number.isdecimal() and len(number) < 19:
        body = article_changes.draft_from_reply(desk, actor(), int(number))
    asked = request.args.get("asked", "")[:120]
    audience = request.args.get("audience", "residents")
    return _page(company, None, Writing(title=asked.capitalize(), body=body, audience=audience, phrasings=(asked,)))


@writers.get("/articles/<int:article_id>")
def edit_article(article_id: int) -> str:
    """Show an article in its editor."""
    desk = current_desk()
    article = article_changes.find_own(desk, actor(), article_id)
    return _page(desk.session.get_one(Company, article.company_id), article, _writing_of(article))


@writers.post("/articles/new")
def keep_new_article() -> str | Response | tuple[str, int]:
    """Keep a new article, or show how it looks."""
    return _keep(chosen_company(), None)


@writers.post("/articles/<int:article_id>")
def keep_article(article_id: int) -> str | Response | tuple[str, int]:
    """Keep what an article says from now on, or show how it looks."""
    desk = current_desk()
    article = article_changes.find_own(desk, actor(), article_id)
    return _keep(desk.session.get_one(Company, article.company_id), article)


@writers.post("/articles/<int:article_id>/versions/<int:version_id>")
def restore_version(article_id: int, version_id: int) -> Response:
    """Give an article its earlier words back."""
    desk = current_desk()
    with desk.transaction():
        article_changes.restore(desk, actor(), article_id, version_id)
    add_toast(_("The earlier version is back"))
    return redirect(f"/kb/articles/{article_id}")


def audience_words(audience: str) -> str:
    """Return whom an article or notice is for."""
    return {
        "residents": _("Residents"),
        "owners": _("Owners"),
        "staff": _("Staff only"),
        "everybody": _("Everybody"),
    }.get(audience, audience)


def _named(article: Article) -> str:
    return article.title if article.published_at else _("%(title)s (draft)", title=article.title)


def _begin(company: Company, gap: gaps.Gap) -> str:
    asked = {"company": company.slug, "asked": gap.words, "audience": gap.audience}
    return f"/kb/articles/new?{urlencode(asked | ({'ticket': str(gap.tickets[0])} if gap.tickets else {}))}"


def _writing_of(article: Article) -> Writing:
    return Writing(
        title=article.title,
        body=article.body,
        summary=article.summary,
        topic=article.topic,
        audience=article.audience,
        language=article.language,
        phrasings=tuple(article.phrasings),
        published=article.published_at is not None,
    )


def _posted() -> Writing:
    form = request.form
    return Writing(
        title=form.get("title", ""),
        body=form.get("body", ""),
        summary=form.get("summary", ""),
        topic=form.get("topic", "general")[:60] or "general",
        audience=form.get("audience", "residents"),
        language=form.get("language", "en") if form.get("language", "en") in SERVED else "en",
        phrasings=tuple(form.get("phrasings", "").splitlines()),
        published=form.get("published", "") == "yes",
    )


def _keep(company: Company, article: Article | None) -> str | Response | tuple[str, int]:
    desk, writing = current_desk(), _posted()
    if request.form.get("way", "") == "preview":
        return _page(company, article, writing, looks=True)
    try:
        with desk.transaction():
            number = article.id if article else 0
            kept = article_changes.write_article(desk, actor(), company, writing, article_id=number)
    except Invalid as error:
        return _page(company, article, writing, error), 422
    add_toast(_("Saved"))
    return redirect(f"/kb/articles/{kept.id}")


def _page(
    company: Company, article: Article | None, writing: Writing, error: Invalid | None = None, *, looks: bool = False
) -> str:
    desk = current_desk()
    shown, problems = _preview(article, writing) if looks or article is not None else (None, ())
    used = article_changes.times_used(desk, article) if article else 0
    state = (
        _("Not saved yet")
        if article is None
        else " · ".join(
            (
                _("In the help centre") if article.published_at else _("Not in the help centre"),
                ngettext("used in %(num)s message", "used in %(num)s messages", used),
                _("checked %(day)s", day=day(article.reviewed_on)) if article.reviewed_on else _("never checked"),
            )
        )
    )
    public = article is not None and article.published_at is not None and article.audience in PUBLIC
    page = KbArticle(
        shell=staff_shell(actor()),
        title=article.title if article else _("New article"),
        back=Link(label=_("Help centre"), url=f"/kb?{urlencode({'company': company.slug})}"),
        state=state,
        form=_form(company, article, writing, error),
        preview=shown,
        problems=problems,
        public=Link(label=_("Open it"), url=article_path(article)) if article and public else None,
        versions=_versions(article) if article else (),
    )
    return render_template("kb/article.html", page=page)


def _versions(article: Article) -> tuple[Form, ...]:
    earlier = article_changes.versions_of(current_desk(), article)[1:6]
    return tuple(
        Form(
            action=f"/kb/articles/{article.id}/versions/{each.id}",
            fields=(),
            submit=_("Bring back “%(title)s” of %(day)s", title=each.title, day=day(each.created_at.date())),
        )
        for each in earlier
    )


def _preview(article: Article | None, writing: Writing) -> tuple[Markup, tuple[str, ...]]:
    """Return how an article looks, and its links that lead nowhere."""
    targets = article_targets(current_desk(), article) if article else {}
    broken: list[str] = []

    def find(target: str) -> str | None:
        path = target.partition("#")[0].removeprefix("./").removesuffix(".md")
        if path.startswith("files/"):
            return f"/help/{path}"
        if path not in targets:
            broken.append(_("This link leads nowhere: %(link)s", link=target))
        return targets.get(path)

    html = render(writing.body, resolve=find, language=writing.language).html
    return Markup(html), tuple(dict.fromkeys(broken))  # noqa: S704 - the library's renderer is the audited sanitiser


def _form(company: Company, article: Article | None, writing: Writing, error: Invalid | None) -> Form:
    wrong = {error.field: str(error)} if error is not None else {}
    topics = dict.fromkeys((*TOPICS, writing.topic))
    fields = (
        Field(name="company", label="", kind="hidden", value=company.slug),
        Field(name="title", label=_("Title"), value=writing.title, error=wrong.get("title", "")),
        Field(
            name="summary", label=_("In one or two sentences"), kind="textarea", rows=2, value=writing.summary, optional=True,
            hint=_("What a text message says, and what stands in the search."), error=wrong.get("summary", ""),
        ),
        Field(
            name="body", label=_("The article"), kind="textarea", rows=16, value=writing.body,
            hint=_("Markdown. A link to another article is its name, such as [keys](lost-key.md)."),
            error=wrong.get("body", ""),
        ),
        Field(
            name="phrasings", label=_("How people ask for it, a line each"), kind="textarea", rows=6, optional=True,
            value="\n".join(writing.phrasings), hint=_("Three to five, in their words."), error=wrong.get("phrasings", ""),
        ),
        Field(
            name="audience", label=_("For"), kind="select", error=wrong.get("audience", ""),
            choices=tuple(Choice(value=a, label=audience_words(a), selected=a == writing.audience) for a in AUDIENCES),
        ),
        Field(
            name="topic", label=_("Topic"), kind="select",
            choices=tuple(Choice(value=t, label=topic_name(t, "en"), selected=t == writing.topic) for t in topics),
        ),
        Field(
            name="language", label=_("Language"), kind="select",
            choices=tuple(Choice(value=a, label=a.upper(), selected=a == writing.language) for a in SERVED),
        ),
        Field(name="published", label=_("In the help centre"), kind="checkbox", checked=writing.published),
    )  # fmt: skip
    return Form(
        action=f"/kb/articles/{article.id}" if article else "/kb/articles/new",
        fields=fields,
        submit=_("Save"),
        also=Choice(value="preview", label=_("Show how it looks")),
    )
