"""`hub kb`: the help centres are filled and asked from a terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from hub.desk import Desk
from hub.models import Article, Company
from tests.cli.conftest import Hub
from tests.factories import make_company
from tests.knowledgebase.notion_export import write_notion_export

DRAIN = "The sink in my kitchen does not drain, what can I do?"
PAGE = """---
title: Where the bicycles go
topic: living-here
language: en
summary: Bicycles go into the cellar room beside the laundry; a fob opens it.
phrasings:
  - Where can I put my bicycle?
---
Bicycles go into the room beside the laundry. See [the laundry](laundry.md).
"""
LAUNDRY = """---
title: Using the laundry
topic: living-here
language: en
---
The laundry is open from seven to ten.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two articles that somebody wrote."""
    place = tmp_path / "help"
    place.mkdir()
    (place / "bicycles.md").write_text(PAGE)
    (place / "laundry.md").write_text(LAUNDRY)
    return place


def test_a_question_is_answered_with_the_article_and_where_it_is(hub: Hub) -> None:
    hub("kb", "seed")

    told = json.loads(hub("kb", "ask", DRAIN, "--audience", "residents", "--json").stdout)

    assert set(told) == {"answered", "why", "article", "url", "text", "confidence", "alternatives"}
    assert told["answered"] is True
    assert set(told["article"]) == {"id", "slug", "title", "audience", "language"}
    assert told["article"]["slug"] == "blocked-drain"
    assert told["url"] == f"http://desk.example.org/help/residents/articles/{told['article']['id']}-blocked-drain"
    assert "plunger" in told["text"].lower()
    assert 0 < told["confidence"] <= 1


def test_what_is_not_answered_says_why_and_what_is_near(hub: Hub) -> None:
    hub("kb", "seed")

    told = json.loads(
        hub("kb", "ask", "There is a smell of gas in my flat", "--audience", "residents", "--json").stdout
    )

    assert (told["answered"], told["article"], told["url"], told["text"]) == (False, None, "", "")
    assert told["why"].endswith(".")
    assert all(set(each) >= {"id", "slug", "title", "url", "confidence"} for each in told["alternatives"])


def test_a_question_a_line_gives_an_answer_a_line(hub: Hub) -> None:
    hub("kb", "seed")

    done = hub("kb", "ask", "-", "--audience", "residents", "--json", text=f"{DRAIN}\n\nqwertz uiop\n")

    assert [json.loads(line)["answered"] for line in done.stdout.splitlines()] == [True, False, False]


def test_a_person_reads_the_passage_and_its_address(hub: Hub) -> None:
    hub("kb", "seed")

    said = hub("kb", "ask", DRAIN, "--audience", "residents").stdout

    assert re.search(r"^http://desk\.example\.org/help/residents/articles/\d+-blocked-drain$", said, re.MULTILINE)


def test_an_empty_help_centre_says_how_to_fill_it(hub: Hub) -> None:
    said = hub("kb", "ask", DRAIN, "--audience", "owners").stdout

    assert said.startswith("No answer. This help centre has no articles yet: 'hub kb seed'")


def test_seeding_again_leaves_what_was_rewritten(hub: Hub, desk: Desk) -> None:
    hub("kb", "seed")
    article = desk.session.scalars(
        select(Article).where(Article.slug == "blocked-drain", Article.language == "en")
    ).one()
    article.body = "Our own words."
    desk.session.commit()

    said = hub("kb", "seed").stdout

    assert said.startswith("0 articles published, ")
    desk.session.refresh(article)
    assert article.body == "Our own words."


def test_a_folder_of_articles_is_published_and_found_at_once(hub: Hub, folder: Path) -> None:
    said = hub("kb", "import", folder, "--audience", "residents").stdout

    told = json.loads(hub("kb", "ask", "Where can I put my bicycle?", "--audience", "residents", "--json").stdout)
    assert said == "2 articles published: 2 new, 0 changed, 0 as before; 0 files with them, 0 problems.\n"
    assert (told["answered"], told["article"]["slug"]) == (True, "bicycles")


def test_importing_again_says_what_changed(hub: Hub, folder: Path) -> None:
    hub("kb", "import", folder, "--audience", "residents")
    (folder / "laundry.md").write_text(LAUNDRY.replace("ten", "nine"))

    said = hub("kb", "import", folder, "--audience", "residents").stdout

    assert said.startswith("2 articles published: 0 new, 1 changed, 1 as before;")


def test_articles_go_to_the_company_that_is_named(hub: Hub, desk: Desk, folder: Path) -> None:
    make_company(desk)
    second = make_company(desk, "Parkview Homes")

    hub("kb", "import", folder, "--audience", "owners", "--company", second.slug)

    rows = desk.session.execute(
        select(Article.company_id, Article.audience, func.count()).group_by(Article.company_id, Article.audience)
    )
    assert rows.all() == [(second.id, "owners", 2)]


def test_a_notion_export_comes_with_its_links_and_pictures(hub: Hub, app: APIFlask, desk: Desk, tmp_path: Path) -> None:
    export = write_notion_export(tmp_path / "export.zip", sections=4, pages=10)

    said = hub("kb", "import", export, "--audience", "residents").stdout

    assert said.startswith("47 articles published: 47 new")
    assert ", 0 problems." in said
    article = desk.session.scalars(select(Article).where(Article.slug == "page-1-of-section-1")).one()
    desk.session.commit()
    browser = app.test_client()
    page = browser.get(f"/help/residents/articles/{article.id}-{article.slug}").text
    picture = re.search(r'src="(/help/files/[^"]+)"', page)
    link = re.search(r'href="(/help/residents/articles/\d+-page-2-of-section-1)"', page)
    assert picture is not None
    assert link is not None
    assert browser.get(link[1]).status_code == 200
    shown = browser.get(picture[1])
    assert (shown.status_code, shown.mimetype) == (200, "image/png")


def test_a_file_that_no_public_article_shows_is_not_given(hub: Hub, app: APIFlask, desk: Desk, tmp_path: Path) -> None:
    export = write_notion_export(tmp_path / "export.zip", sections=1, pages=1)
    hub("kb", "import", export, "--audience", "staff")
    secret = desk.storage.put(b"somebody's attachment")
    body = desk.session.scalars(select(Article.body).where(Article.body.contains("files/"))).first() or ""
    staff_only = re.search(r"files/[0-9a-f]{64}\.png", body)
    desk.session.commit()

    assert staff_only is not None
    assert app.test_client().get(f"/help/{staff_only[0]}").status_code == 404
    assert app.test_client().get(f"/help/files/{secret}.png").status_code == 404


def test_what_does_not_come_over_is_told_by_file(hub: Hub, folder: Path) -> None:
    (folder / "laundry.md").write_text("---\ntitle: Laundry\nreviewed_on: soon\n---\nOpen")
    (folder / "keys.md").write_text("# Keys\n\nSee [the list](list-of-keys.md).\n")

    done = hub("kb", "import", folder, "--audience", "residents")

    assert "keys.md: The page links to 'list-of-keys.md', which is not in the import" in done.stderr
    assert "laundry.md: " in done.stderr


def test_a_folder_without_articles_is_refused_with_the_remedy(hub: Hub, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    done = hub("kb", "import", tmp_path / "empty", "--audience", "residents", status=1)

    assert "There is no Markdown file" in done.stderr
    assert desk.session.scalar(select(func.count()).select_from(Company)) == 1
