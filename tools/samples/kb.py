"""The writers' side of the help centres."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from hub.web.viewmodels.kb import KbArticle, KbHome, KbTables, ShelfOfLinks
from hub.web.viewmodels.parts import Choice, EmptyState, Field, Form, Link, Table
from tools.samples.shell import staff

BACK = Link(label="Help centre", url="/kb")
HOME = KbHome(
    shell=staff("help"),
    title="Help centre of Lindenhof Care",
    ways=(Link(label="New article", url="/kb/articles/new"), Link(label="What to write next", url="/kb/gaps")),
    companies=(
        Link(label="Lindenhof Care", url="/kb?company=lindenhof", current=True),
        Link(label="Park Homes", url="/kb?company=park"),
    ),
    shelves=(
        ShelfOfLinks(title="Residents, EN (1)", links=(Link(label="I have lost my key", url="/kb/articles/4"),)),
        ShelfOfLinks(title="Owners, EN (1)", links=(Link(label="Vacancy (draft)", url="/kb/articles/9"),)),
    ),
)
GAPS = KbTables(
    shell=staff("help"),
    title="What to write next",
    back=BACK,
    companies=(),
    tables=(
        (
            Table(
                caption="What to write next",
                headings=("In people's words", "For", "Why", "Times"),
                rows=(("balloon on the roof", "Residents", "searched, nothing found", "7"),),
                numeric=frozenset({3}),
                urls=("/kb/articles/new",),
            ),
            "Of 90 days: searches that found nothing, and kinds of questions answered by hand.",
        ),
    ),
)
ARTICLE = KbArticle(
    shell=staff("help"),
    title="I have lost my key",
    back=BACK,
    state="In the help centre · used in 41 messages · checked 3 Mar 2026",
    form=Form(
        action="/kb/articles/4",
        submit="Save",
        also=Choice(value="preview", label="Show how it looks"),
        fields=(
            Field(name="title", label="Title", value="I have lost my key"),
            Field(name="body", label="The article", kind="textarea", rows=16, value="Tell us **at once**."),
            Field(name="published", label="In the help centre", kind="checkbox", checked=True),
        ),
    ),
    preview=Markup("<p>Tell us <strong>at once</strong>.</p>"),
    problems=("This link leads nowhere: spare.md",),
    versions=(Form(action="/kb/articles/4/versions/1", fields=(), submit="Bring back “Lost keys” of 1 Mar 2026"),),
    public=Link(label="Open it", url="/help/residents/articles/4-lost-key"),
)

PAGES = {
    "kb": ("kb/home.html", {"page": HOME}),
    "kb-empty": (
        "kb/home.html",
        {"page": replace(HOME, shelves=(), companies=(), empty=EmptyState(title="There is no article yet."))},
    ),
    "kb-gaps": ("kb/tables.html", {"page": GAPS}),
    "kb-article": ("kb/article.html", {"page": ARTICLE}),
}
