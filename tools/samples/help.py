"""The residents' help centre."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

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
from hub.web.viewmodels.parts import Announcement, Choice, EmptyState, HelpfulArticle, HelpfulBox, Link, Pagination
from tools.samples.shell import public

SEARCH = SearchBox(action="/help/residents/search", label="no hot water, lost key, rent …")
ASK = Link(label="Report this problem", url="/report")
ARTICLES = (
    Link(label="No hot water: what to check first", url="/help/residents/articles/12-no-hot-water"),
    Link(label="Heating is cold in one room", url="/help/residents/articles/13-cold-room"),
    Link(label="I lost a key", url="/help/residents/articles/20-lost-key"),
)
TRAIL = (
    Link(label="Help", url="/help/residents"),
    Link(label="Heating and water", url="/help/residents/topics/heating", current=True),
)
BODY = Markup(
    "<p>Most of the time one of these three things is the reason.</p>"
    "<ol><li>Is the <strong>whole house</strong> affected? Look at the notices in the portal.</li>"
    "<li>Is the tap of the water heater open?</li><li>Is the pilot light on?</li></ol>"
    '<h2>If nothing helps</h2><p>Report it with a photo of the display: <a href="/report">report a problem</a>.</p>'
    '<figure class="video" data-kind="file" data-video="/static/x.mp4">'
    '<a class="play" href="/static/x.mp4">Play the video: the pilot light</a></figure>'
    "<table><thead><tr><th>Light</th><th>Means</th></tr></thead>"
    "<tbody><tr><td>red</td><td>call us</td></tr></tbody></table>"
)

CHOOSER = ChooserPage(
    shell=public(),
    title="How can we help?",
    audiences=(
        AudienceDoor(title="Residents", text="Heating, keys, rent, moving, neighbours.", url="/help/residents"),
        AudienceDoor(title="Owners", text="Statements, approvals, reserves, taxes.", url="/help/owners"),
    ),
)
HOME = HomePage(
    announcements=(
        Announcement(title="No water on Thursday", text="From 9 to 12 in Lindenhof 12.", dates="18 Nov – 19 Nov"),
    ),
    shell=public(),
    title="How can we help?",
    audience="residents",
    audiences=(Link(label="Residents", url="/help/residents", current=True), Link(label="Owners", url="/help/owners")),
    search=SEARCH,
    popular=ARTICLES,
    topics=(
        TopicCard(
            title="Heating and water", url="/help/residents/topics/heating", count="8 articles", articles=ARTICLES[:2]
        ),
        TopicCard(title="Keys and doors", url="/help/residents/topics/keys", count="5 articles", articles=ARTICLES[2:]),
        TopicCard(title="Rent and deposit", url="/help/residents/topics/rent", count="7 articles"),
        TopicCard(title="Moving in and out", url="/help/residents/topics/moving", count="6 articles"),
    ),
    ask=ASK,
)
TOPIC = TopicPage(shell=public(), title="Heating and water", trail=TRAIL, search=SEARCH, articles=ARTICLES, ask=ASK)
ARTICLE = ArticlePage(
    shell=public(),
    title="No hot water: what to check first",
    trail=TRAIL,
    search=SEARCH,
    checked="Checked on 3 March 2026 · 2 minutes",
    body=BODY,
    feedback=Feedback(
        action="/help/residents/articles/12/feedback",
        reasons=(
            Choice(value="unclear", label="It is hard to understand"),
            Choice(value="wrong", label="It is not right"),
            Choice(value="other", label="My question is another one"),
        ),
    ),
    ask=ASK,
    languages=(Link(label="English", url="?lang=en", current=True), Link(label="Deutsch", url="?lang=de")),
    related=ARTICLES[1:],
)
FOUND = SearchPage(
    shell=public(),
    title="Search",
    trail=TRAIL[:1],
    search=replace(SEARCH, query="warm watr"),
    found="2 articles for “warm watr”",
    hits=(
        SearchHit(
            title="No hot water: what to check first",
            url="/help/residents/articles/12-no-hot-water",
            topic="Heating and water",
            excerpt=(
                Piece(text="Most of the time there is no "),
                Piece(text="hot water", hit=True),
                Piece(text=" because of one of three things."),
            ),
        ),
    ),
    ask=ASK,
    pagination=Pagination(more="Show 10 more", more_url="?page=2"),
)
NOTHING = replace(
    FOUND,
    found="",
    hits=(),
    pagination=None,
    empty=EmptyState(
        title="We found nothing for “xyzzy”.",
        text="Ask us: your words are already in the form.",
        actions=(Link(label="Ask us", url="/report?text=xyzzy"),),
    ),
)

PAGES = {
    "help-chooser": ("help/chooser.html", {"page": CHOOSER}),
    "help-home": ("help/home.html", {"page": HOME}),
    "help-topic": ("help/topic.html", {"page": TOPIC}),
    "help-article": ("help/article.html", {"page": ARTICLE}),
    "help-article-why": (
        "help/article.html",
        {"page": replace(ARTICLE, feedback=replace(ARTICLE.feedback, asking_why=True))},
    ),
    "help-article-thanks": (
        "help/article.html",
        {"page": replace(ARTICLE, feedback=replace(ARTICLE.feedback, thanks="Thank you."))},
    ),
    "help-search": ("help/search.html", {"page": FOUND}),
    "help-search-nothing": ("help/search.html", {"page": NOTHING}),
}
HELPFUL = HelpfulBox(
    source="/help/residents/helpful?place=report",
    articles=(
        HelpfulArticle(
            title="No hot water: what to check first",
            url="/help/residents/articles/12-no-hot-water?from=report",
            summary="Ask a neighbour whether theirs is cold as well, then look at the switch by the boiler.",
        ),
    ),
)
FRAGMENTS = {"help/_results.html": {"page": FOUND}, "help/_helpful.html": {"box": HELPFUL}}
