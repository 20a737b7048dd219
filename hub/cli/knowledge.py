"""`hub kb`: the help centres."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hub.cli.command import for_company, open_desk

if TYPE_CHECKING:
    from hub.desk import Desk
    from hub.services.help.article_import import Published
    from knowledgebase.answer import Answer
    from knowledgebase.article import Article

PUBLIC = click.Choice(["residents", "owners"])


@click.group()
def kb() -> None:
    """Ask the help centres and fill them."""


@kb.command()
@click.argument("question")
@click.option("--audience", type=PUBLIC, required=True, help="Whose help centre.")
@click.option(
    "--language", default="", help="The asker's usual language: it counts where a question is too short to tell."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a question.")
@for_company
def ask(company: str, question: str, audience: str, language: str, as_json: bool) -> None:
    """Answer a question from the help centre, or say why not; `-` takes a question a line from standard input."""
    from hub.services.help.asking import ask as ask_help
    from hub.services.settings.setup import company_named
    from knowledgebase.article import Audience

    with open_desk() as desk:
        company_id = company_named(desk, company).id
        for each in _lines() if question == "-" else [question]:
            found = ask_help(desk, company_id, each, audience=Audience(audience), language=language)
            told = describe(desk, found)
            click.echo(json.dumps(told, ensure_ascii=False) if as_json else _words(told))


@kb.command("import")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--audience", type=click.Choice(["residents", "owners", "staff"]), required=True, help="Whom they are for."
)
@click.option("--language", default="", help="Their language, where neither the file nor its folder says.")
@for_company
def import_(company: str, source: Path, audience: str, language: str) -> None:
    """Publish the Markdown files of a folder or zip (a Notion export too), their pictures and links with them."""
    from hub.services.help.article_import import import_folder
    from knowledgebase.article import Audience

    found = _publish(
        company,
        lambda desk, company_id: import_folder(
            desk, company_id, source, audience=Audience(audience), language=language
        ),
    )
    for problem in found.problems:
        click.echo(f"{problem.path}: {problem.sentence}", err=True)
    total = found.new + found.changed + found.same
    click.echo(
        f"{_count(total, 'article')} published: {found.new} new, {found.changed} changed, {found.same} as before; "
        f"{_count(found.files, 'file')} with them, {_count(len(found.problems), 'problem')}."
    )


@kb.command()
@for_company
def seed(company: str) -> None:
    """Publish the first articles, in three languages; those that are there already stay as they are."""
    from hub.services.help.article_import import seed_articles

    found = _publish(company, seed_articles)
    click.echo(f"{_count(found.new, 'article')} published, {found.same} were there already.")


def describe(desk: Desk, found: Answer) -> dict[str, Any]:
    """Return an answer under the names of the contract; `url` and `text` are empty without one."""
    from hub.services.help.answering import article_url

    return {
        "answered": found.answered,
        "why": found.why,
        "article": _reference(found.article) if found.article else None,
        "url": article_url(desk, found.article) if found.article else "",
        "text": found.text,
        "confidence": found.confidence,
        "alternatives": [
            _reference(each.article) | {"url": article_url(desk, each.article), "confidence": each.score}
            for each in found.alternatives
        ],
    }


def _publish(company: str, publish: Callable[[Desk, int], Published]) -> Published:
    from hub.services.settings.setup import company_named

    with open_desk() as desk, desk.transaction():
        return publish(desk, company_named(desk, company).id)


def _reference(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "slug": article.slug,
        "title": article.title,
        "audience": str(article.audience),
        "language": article.language,
    }


def _words(told: dict[str, Any]) -> str:
    if told["answered"]:
        return f"{told['text']}\n\n{told['url']}\n"
    near = "".join(f"\n  {each['confidence']:4.0%}  {each['title']}  {each['url']}" for each in told["alternatives"])
    return f"No answer. {told['why']}" + (f"\nThe nearest articles:{near}" if near else "")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _lines() -> Iterator[str]:
    for line in sys.stdin.buffer:
        yield line.decode("utf-8-sig", errors="replace").strip()
