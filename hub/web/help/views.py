"""The help centres' addresses: everything works without script, nothing of another audience or company is ever shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from flask import Blueprint, make_response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from hub.errors import NotFound
from hub.models import Article, Company
from hub.services.help import article_files, help_centre
from hub.services.help.help_centre import article_path
from hub.services.help.help_searches import note_search, note_spared
from hub.services.settings.public_company import company_of_host
from hub.web.announcing import announcements
from hub.web.desk import current_desk
from hub.web.guards import anybody, guarded
from hub.web.helpful import PLACES, helpful_box
from hub.web.language import _, ngettext
from hub.web.limits import limiter
from hub.web.security import FILE_POLICY, policy_with_videos
from hub.web.shell import public_shell
from hub.web.viewmodels.help import (
    ArticlePage,
    AudienceDoor,
    ChooserPage,
    Feedback,
    HomePage,
    Piece,
    SearchBox,
    SearchHit,
    SearchPage,
    TopicCard,
    TopicPage,
)
from hub.web.viewmodels.parts import Choice, EmptyState, Link
from hub.web.words import day
from knowledgebase.markdown import render
from knowledgebase.topics import topic_name

help_centres = guarded(Blueprint("help", __name__, url_prefix="/help"), anybody)
POPULAR = 5
EXCERPT = 180
EMBED = re.compile(r'data-embed="(https://[\w.-]+)/')
FILM = re.compile(r'data-(?:video|captions)="(https?://[\w.:-]+)/')


def company() -> Company:
    """Return the company whose help centre is read."""
    return company_of_host(current_desk(), request.host)


@help_centres.get("")
def chooser() -> str:
    """Ask whether somebody lives here or owns here."""
    mine = company()
    doors = (
        AudienceDoor(title=_("I live here"), text=_("Heating, keys, rent, moving, repairs."), url="/help/residents"),
        AudienceDoor(title=_("I own here"), text=_("Statements, approvals, fees, reserves."), url="/help/owners"),
    )
    return render_template(
        "help/chooser.html", page=ChooserPage(shell=public_shell(mine), title=_("Help"), audiences=doors)
    )


@help_centres.get("/<audience>")
def home(audience: str) -> str:
    """Show a help centre: search first, then topics."""
    mine = company()
    articles = help_centre.list_articles(current_desk(), mine.id, audience)
    topics = []
    for topic, group in groupby(articles, key=lambda each: each.topic):
        listed = list(group)
        topics.append(
            TopicCard(
                title=topic_name(topic, "en"),
                url=f"/help/{audience}/topics/{topic}",
                count=ngettext("%(num)s article", "%(num)s articles", len(listed)),
                articles=tuple(_link(each) for each in listed[:3]),
            )
        )
    page = HomePage(
        shell=public_shell(mine),
        title=_("How can we help?"),
        audience=audience,
        audiences=(
            Link(label=_("Residents"), url="/help/residents", current=audience == "residents"),
            Link(label=_("Owners"), url="/help/owners", current=audience == "owners"),
        ),
        search=_search_box(audience),
        popular=tuple(_link(each) for each in help_centre.most_asked(current_desk(), mine.id, audience, limit=POPULAR)),
        topics=tuple(topics),
        announcements=announcements(mine, audience=audience),
        ask=_ask(audience=audience),
    )
    return render_template("help/home.html", page=page)


@help_centres.get("/<audience>/topics/<topic>")
def show_topic(audience: str, topic: str) -> str:
    """Show the articles of a topic."""
    mine = company()
    articles = help_centre.list_articles(current_desk(), mine.id, audience, topic=topic)
    if not articles:
        raise NotFound("There is no such topic.")
    title = topic_name(topic, "en")
    page = TopicPage(
        shell=public_shell(mine),
        title=title,
        trail=_trail(audience),
        search=_search_box(audience),
        articles=tuple(_link(each) for each in articles),
        ask=_ask(audience=audience),
    )
    return render_template("help/topic.html", page=page)


@help_centres.get("/<audience>/articles/<path:name>")
def show_article(audience: str, name: str) -> Response:
    """Show an article; an old spelling of its address leads to the present one."""
    mine = company()
    article = help_centre.find_article(current_desk(), mine.id, audience, _number(name))
    if name != f"{article.id}-{article.slug}":
        return redirect(article_path(article), code=301)
    return _article(mine, article)


@help_centres.post("/<audience>/articles/<int:article_id>/feedback")
@limiter.limit("30 per hour")
def feedback(audience: str, article_id: int) -> Response:
    """Take 'did this help?', and after a no the reason."""
    mine = company()
    desk = current_desk()
    helpful = request.form.get("helpful") == "yes"
    reason = request.form.get("reason", "")
    with desk.transaction():
        article = help_centre.find_article(desk, mine.id, audience, article_id)
        asking = not helpful and not reason
        if helpful and _place():
            note_spared(desk, article, place=_place())
        if not asking:
            help_centre.leave_feedback(desk, article, helpful=helpful, reason=reason, text=request.form.get("text", ""))
    spared = _("Good: you need not write to us. You can close the form.") if helpful and _place() else ""
    thanks = spared or _("Thank you. It helps us to write better.")
    return _article(mine, article, asking_why=asking, thanks="" if asking else thanks)


@help_centres.get("/<audience>/helpful")
@limiter.limit("300 per hour")
def helpful(audience: str) -> str:
    """Give the articles that may help somebody who is still writing to us."""
    place = request.args.get("place", "")
    box = helpful_box(company().id, audience, request.args.get("q", ""), place=place if place in PLACES else "report")
    return render_template("help/_helpful.html", box=box)


@help_centres.get("/files/<name>")
def article_file(name: str) -> Response:
    """Give a picture or file that a public article shows; its name is its content, so it never changes."""
    data, content_type = article_files.read_article_file(current_desk(), company().id, name)
    headers = {"Content-Security-Policy": FILE_POLICY, "Cache-Control": "public, max-age=31536000, immutable"}
    return Response(data, content_type=content_type, headers=headers)


@help_centres.get("/<audience>/search")
def search(audience: str) -> str:
    """Search; a failed search offers the form with the words in it."""
    mine = company()
    question = request.args.get("q", "").strip()[:300]
    desk = current_desk()
    found = help_centre.search_articles(desk, mine.id, audience, question)
    typing = request.headers.get("HX-Target") == "results"
    if not typing:
        with desk.transaction():
            note_search(desk, mine.id, audience, question, found=len(found))
    words = [word for word in re.split(r"\W+", question.lower()) if len(word) > 2]
    hits = tuple(
        SearchHit(
            title=each.article.title,
            url=article_path(each.article),
            excerpt=tuple(_pieces(each.article.summary or each.article.body, words)),
            topic=topic_name(each.article.topic, each.article.language),
        )
        for each in found
    )
    page = SearchPage(
        shell=public_shell(mine),
        title=_("Search: %(words)s", words=question) if question else _("Search"),
        trail=_trail(audience),
        search=_search_box(audience, question),
        found=ngettext("%(num)s article", "%(num)s articles", len(hits)) if hits else "",
        hits=hits,
        ask=_ask(question, audience=audience),
        empty=None
        if hits or not question
        else EmptyState(
            title=_("We found nothing for “%(words)s”.", words=question), actions=(_ask(question, audience=audience),)
        ),
    )
    return render_template("help/_results.html" if typing else "help/search.html", page=page)


def _article(mine: Company, article: Article, *, asking_why: bool = False, thanks: str = "") -> Response:
    desk = current_desk()
    body = render(article.body, resolve=_addresses(article), language=article.language).html
    reasons = (
        Choice(value="unclear", label=_("I did not understand it")),
        Choice(value="wrong", label=_("It is not true here")),
        Choice(value="other", label=_("It is about something else")),
    )
    page = ArticlePage(
        shell=public_shell(mine),
        title=article.title,
        trail=(
            *_trail(article.audience),
            Link(
                label=topic_name(article.topic, article.language),
                url=f"/help/{article.audience}/topics/{article.topic}",
            ),
        ),
        search=_search_box(article.audience),
        checked=_("Checked %(day)s", day=day(article.reviewed_on)) if article.reviewed_on else "",
        body=Markup(body),  # noqa: S704 - the library's renderer is the audited sanitiser
        feedback=Feedback(
            action=f"/help/{article.audience}/articles/{article.id}/feedback{_coming_from()}#feedback",
            reasons=reasons,
            asking_why=asking_why,
            thanks=thanks,
        ),
        ask=_ask(article.title, audience=article.audience),
        language=article.language,
        related=tuple(_link(each) for each in help_centre.list_related(desk, article)),
        languages=tuple(
            Link(label=_own_name(each.language), url=article_path(each), current=each.id == article.id)
            for each in help_centre.list_versions(desk, article)
        ),
    )
    response = make_response(render_template("help/article.html", page=page))
    if 'class="video"' in body:
        policy = policy_with_videos(EMBED.findall(body), FILM.findall(body))
        response.headers["Content-Security-Policy"] = policy
    return response


def _addresses(article: Article) -> Callable[[str], str | None]:
    """Return what leads from a relative link of an article to its address: another article, or a file."""
    neighbours = article_files.find_neighbours(current_desk(), article)

    def find(target: str) -> str | None:
        path, hash_mark, place = target.partition("#")
        if article_files.FILE_NAME.fullmatch(path):
            return f"/help/{path}"
        slug = path.removeprefix("./").removesuffix(".md")
        number = neighbours.get(slug)
        return f"/help/{article.audience}/articles/{number}-{slug}{hash_mark}{place}" if number else None

    return find


def _pieces(text: str, words: list[str]) -> list[Piece]:
    """Cut an excerpt into what was searched for and what was not."""
    plain = " ".join(re.sub(r"[#*_>\[\]`]|\(.*?\)", " ", text).split())[:EXCERPT]
    if not words:
        return [Piece(text=plain)]
    parts = re.split(f"({'|'.join(re.escape(word) for word in words)})", plain, flags=re.IGNORECASE)
    return [Piece(text=part, hit=part.lower() in words) for part in parts if part]


def _link(article: Article) -> Link:
    return Link(label=article.title, url=article_path(article))


def _trail(audience: str) -> tuple[Link, ...]:
    return (
        Link(label=_("Help"), url="/help"),
        Link(label=_("Owners") if audience == "owners" else _("Residents"), url=f"/help/{audience}"),
    )


def _search_box(audience: str, query: str = "") -> SearchBox:
    return SearchBox(action=f"/help/{audience}/search", query=query, label=_("Search help"))


def _ask(words: str = "", *, audience: str = "") -> Link:
    asked = {"subject": words, "audience": "owners" if audience == "owners" else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return Link(label=_("Ask us"), url=f"/report?{query}" if query else "/report")


def _own_name(language: str) -> str:
    """Return a language's name as its speakers write it."""
    try:
        return (Locale.parse(language).get_display_name() or language).capitalize()
    except (UnknownLocaleError, ValueError):
        return language


def _place() -> str:
    """Return the form somebody came from to read an article before they send it, if any."""
    place = request.args.get("from", "")
    return place if place in PLACES else ""


def _coming_from() -> str:
    return f"?from={_place()}" if _place() else ""


def _number(name: str) -> int:
    digits = name.partition("-")[0]
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 18:
        raise NotFound("There is no such article.")
    return int(digits)
