"""Whoever has no account follows every link and asks every public page: no staff word, no draft, no other company's article."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.desk import Desk
from hub.models import Article, Company, Message, Suggestion
from hub.services.help.article_import import seed_articles
from hub.services.help.articles import publish_articles
from knowledgebase.article import Article as Entry
from knowledgebase.article import Audience
from tests.factories import make_company, save
from tests.services.steps import mail, take_in, thinking
from tests.web.visitors import visit

# Words nobody types, each planted where nobody outside may look; what is typed stands beside them.
STAFF, DRAFT, ELSEWHERE, OLD = "quaggacanary", "okapicanary", "axolotlcanary", "pangolincanary"
LINKS = re.compile(r'(?:href|src|data-articles)="([^"#]+)')
PARAMETERS = ("q", "subject", "text", "audience", "place", "from")
HOST, OTHER_HOST = "help.lindenhof.example.org", "help.park.example.org"


@dataclass
class Crawl:
    """Every page that can be reached, as text, by address."""

    browser: FlaskClient
    pages: dict[str, str] = field(default_factory=dict)

    def follow(self, *starts: str) -> None:
        """Ask every start, and what its answers lead to: once an address, whatever stands in its parameters."""
        waiting, known = list(starts), set(starts)
        while waiting:
            path = waiting.pop()
            answer = self.browser.get(path, base_url=f"http://{HOST}")
            text = answer.text if _is_text(answer.content_type) else ""
            self.pages[path] = f"{answer.headers}\n{text}"
            links = (answer.location or "", *LINKS.findall(text), *re.findall(r"<loc>([^<]+)</loc>", text))
            for link in (_here(urljoin(f"http://{HOST}{path}", unescape(each))) for each in links if each):
                kind = re.sub(r"=[^&]*", "=", link)
                if link and kind not in known:
                    known.add(kind)
                    waiting.append(link)

    def holding(self, *words: str) -> list[str]:
        """Return the addresses whose answers say one of some words."""
        return [path for path, text in self.pages.items() if any(each in text.casefold() for each in words)]


def _is_text(kind: str) -> bool:
    return kind.startswith("text/") or "json" in kind or "xml" in kind


def _here(address: str) -> str:
    parts = urlsplit(address)
    if parts.netloc not in {HOST, "desk.example.org"} or parts.path.startswith("/static/"):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def entry(slug: str, word: str, audience: Audience) -> Entry:
    return Entry(
        slug=slug,
        title=f"Hot water {word}",
        topic="heating",
        audience=audience,
        language="en",
        body_markdown=f"# Hot water {word}\n\nThe code of the boiler room is {word}.",
        summary=f"No hot water? {word}",
        phrasings=("boiler room code", "no hot water", "lost key", word),
    )


@pytest.fixture
def company(desk: Desk) -> Company:
    """Return a company with articles, and canaries where nobody outside may look, in another company's too."""
    company = make_company(desk, host=HOST, mail="desk@example.org")
    other = make_company(desk, "Park Homes", host=OTHER_HOST)
    with desk.transaction() as session:
        seed_articles(desk, company.id)
        public = (Audience.RESIDENTS, Audience.OWNERS)
        publish_articles(desk, company.id, [entry("staff-only", STAFF, Audience.STAFF)])
        publish_articles(desk, company.id, [entry(f"draft-{each}", DRAFT, each) for each in public])
        publish_articles(desk, company.id, [entry(f"old-{each}", OLD, each) for each in public])
        publish_articles(desk, other.id, [entry(f"elsewhere-{each}", ELSEWHERE, each) for each in public])
        for row in session.scalars(select(Article).where(Article.slug.like("draft-%") | Article.slug.like("old-%"))):
            row.published_at = None
        # What only staff may read is named as related, and as the answer to a message of this week.
        for row in session.scalars(select(Article).where(Article.company_id == company.id, Article.topic == "heating")):
            row.related = [*row.related, "staff-only", "draft-residents", "draft-owners", "elsewhere-residents"]
    (message,) = take_in(thinking(desk), mail("No hot water"))
    for article in desk.session.scalars(select(Article).where(Article.title.like("%canary")).order_by(Article.id)):
        suggest(desk, message, article)
    return company


def suggest(desk: Desk, message: Message, article: Article) -> None:
    save(
        desk,
        Suggestion(
            company_id=message.company_id, message_id=message.id, ticket_id=message.ticket_id, article_id=article.id,
            rank=1, confidence=0.9, passage="x",
        ),
    )  # fmt: skip


def public_paths(app: APIFlask) -> list[str]:
    """Return every address without a value in it that may be read without an account, guarded or not."""
    return [str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]


def test_no_page_that_anybody_can_reach_holds_what_is_not_theirs(app: APIFlask, desk: Desk, company: Company) -> None:
    crawl = Crawl(visit(app))
    asked = [
        f"/help/{audience}/{page}?{name}={word}"
        for audience in ("residents", "owners", "staff")
        for page in ("search", "helpful")
        for name in PARAMETERS
        for word in ("hot+water", "boiler+room+code", "%25", "_", "")
    ]
    planted = desk.session.execute(select(Article.id, Article.slug).where(Article.title.like("%canary"))).all()
    guessed = [
        f"{place}/{number}{tail}"
        for number, slug in planted
        for place in ("/help/residents/articles", "/help/owners/articles", "/help/staff/articles", "/k")
        for tail in ("", f"-{slug}", "/", "/edit", ".md")
    ]

    crawl.follow("/", "/help", "/sitemap.xml", "/robots.txt", *public_paths(app), *asked, *guessed)

    assert len(planted) == 7
    assert sum("/articles/" in path for path in crawl.pages) > 150
    assert crawl.holding(STAFF, DRAFT, ELSEWHERE, OLD) == []


def test_the_other_companys_readers_find_their_own(app: APIFlask, company: Company) -> None:
    page = visit(app).get("/help/residents/search?q=hot+water", base_url=f"http://{OTHER_HOST}").text

    assert ELSEWHERE in page
    assert STAFF not in page


@pytest.mark.parametrize(
    "path",
    [
        "/help/residents/articles/../../admin",
        "/help/residents/articles/%2e%2e/%2e%2e/login",
        "/help/residents/articles/１２-x",
        "/help/residents/articles/-1",
        "/help/residents/articles/99999999999999999999",
        "/help/residents/topics/%00",
        "/help/staff",
        "/help/staff/search?q=hot",
        "/help/staff/helpful?q=hot+water",
        "/help/files/..%2f..%2fetc%2fpasswd",
    ],
)
def test_an_odd_address_is_no_page(app: APIFlask, company: Company, path: str) -> None:
    assert visit(app).get(path, base_url=f"http://{HOST}").status_code == 404


def test_a_search_is_said_back_as_words_and_nothing_else(app: APIFlask, company: Company) -> None:
    page = visit(app).get("/help/residents/search?q=%3Cscript%3Ealert(1)%3C/script%3E").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
