"""Read and write an article as a Markdown file with front matter, the few lines between `---` on top.

The front matter is the small part of YAML that people type: `field: value`, quoted or not, lists with `- item` or
`[a, b]`, comments on their own line. Files written here are valid YAML; read, a value may hold a colon without quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from knowledgebase.article import Article, Audience, slug_of

FIELDS = (
    "title",
    "topic",
    "language",
    "audience",
    "slug",
    "summary",
    "phrasings",
    "related",
    "reviewed_on",
    "translation_of",
    "automatic",
)
LISTS = frozenset({"phrasings", "related"})
YES = frozenset({"yes", "true", "on"})
NO = frozenset({"no", "false", "off"})

Value = str | tuple[str, ...]


class FrontMatterError(ValueError):
    """Raised when the front matter of a file cannot be read; the text names the line, the field and the remedy."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file taken apart: the fields of its front matter, and the Markdown below it."""

    fields: dict[str, Value]
    body: str


def split_front_matter(text: str) -> Document:
    """Take a file apart; a file without front matter is all body. Raises `FrontMatterError`."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return Document({}, text.strip("\n") + "\n" if text.strip() else "")
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in {"---", "..."}:
            body = "\n".join(lines[number + 1 :]).strip("\n")
            return Document(_read_fields(lines[1:number]), body + "\n" if body else "")
    raise FrontMatterError(
        "Line 1 opens the front matter with '---' and no later '---' closes it: add one below the fields."
    )


def _read_fields(lines: Sequence[str]) -> dict[str, Value]:
    fields: dict[str, Value] = {}
    name, open_list = "", False
    for number, line in enumerate(lines, start=2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if item := re.fullmatch(r"\s*-\s+(.*)", line):
            if not open_list:
                raise FrontMatterError(f"Line {number} is a list item outside a list: write 'phrasings:' above it.")
            fields[name] = (*fields[name], _scalar(item[1], number))
            continue
        pair = re.fullmatch(r"([A-Za-z_][\w -]*?)\s*:(?:\s+(.*))?", line.rstrip())
        if not pair:
            raise FrontMatterError(f"Line {number} is not a field: write it as 'name: value' ({line.strip()[:60]!r}).")
        name, value = _field_name(pair[1], number), (pair[2] or "").strip()
        if name in fields:
            raise FrontMatterError(f"Line {number} gives {name!r} a second time: keep one of them.")
        open_list = not value
        fields[name] = _value(value, number)
    return fields


def _value(written: str, number: int) -> Value:
    if not written:
        return ()
    if written.startswith("[") and written.endswith("]"):
        parts = re.findall(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^,\[\]]+", written[1:-1])
        return tuple(item for item in (_scalar(part, number) for part in parts) if item)
    return _scalar(written, number)


def _field_name(written: str, number: int) -> str:
    name = written.strip().lower().replace("-", "_").replace(" ", "_")
    if name not in FIELDS and (near := get_close_matches(name, FIELDS, n=1, cutoff=0.75)):
        raise FrontMatterError(
            f"Line {number} names {written.strip()!r}, no field of an article: did you mean {near[0]!r}?"
        )
    return name


def _scalar(value: str, number: int) -> str:
    value = value.strip()
    if value[:1] == '"':
        try:
            return str(json.loads(value))
        except ValueError as error:
            raise FrontMatterError(
                f"Line {number} opens a quotation mark: close it at the end of the value."
            ) from error
    if value[:1] == "'":
        if len(value) < 2 or not value.endswith("'"):
            raise FrontMatterError(f"Line {number} opens a quotation mark: close it at the end of the value.")
        return value[1:-1].replace("''", "'")
    return value


def read_article(
    text: str,
    *,
    slug: str = "",
    audience: Audience | None = None,
    language: str = "",
    topic: str = "",
) -> Article:
    """Read an article from a file's text; what the front matter leaves out is taken from the arguments.

    Raises `FrontMatterError` naming the field and the remedy.
    """
    document = split_front_matter(text)
    fields = document.fields
    title = _text(fields, "title") or _first_heading(document.body)
    if not title:
        raise FrontMatterError("The article has no title: add 'title: …' to the front matter, or a heading '# …'.")
    body = _without_title(document.body, title)
    if not body.strip():
        raise FrontMatterError(f"The article {title!r} has no text: write its body below the front matter.")
    return Article(
        slug=slug_of(_text(fields, "slug") or slug or title),
        title=title,
        topic=_text(fields, "topic") or topic or "general",
        audience=_audience(_text(fields, "audience"), audience),
        language=_language(_text(fields, "language") or language or "en"),
        body_markdown=body,
        summary=_text(fields, "summary"),
        phrasings=_many(fields, "phrasings"),
        related=_many(fields, "related"),
        reviewed_on=_date(_text(fields, "reviewed_on")),
        translation_of=_text(fields, "translation_of"),
        automatic=_flag(_text(fields, "automatic")),
    )


def write_article(article: Article) -> str:
    """Write an article as a file that `read_article` reads back unchanged (all but its `id`)."""
    lines = ["---"]
    for name, value in (
        ("title", article.title),
        ("topic", article.topic),
        ("language", article.language),
        ("audience", str(article.audience)),
        ("slug", article.slug),
        ("summary", article.summary),
        ("translation_of", article.translation_of),
        ("reviewed_on", article.reviewed_on.isoformat() if article.reviewed_on else ""),
        ("automatic", "" if article.automatic else "no"),
    ):
        if value:
            lines.append(f"{name}: {_quoted(value)}")
    for name, values in (("phrasings", article.phrasings), ("related", article.related)):
        if values:
            lines.append(f"{name}:")
            lines.extend(f"  - {_quoted(value)}" for value in values)
    return "\n".join([*lines, "---", "", article.body_markdown.strip("\n"), ""])


def _text(fields: dict[str, Value], name: str) -> str:
    value = fields.get(name) or ""
    if isinstance(value, tuple):
        raise FrontMatterError(f"The field {name!r} is a list but takes one value: write '{name}: …' on one line.")
    return value


def _many(fields: dict[str, Value], name: str) -> tuple[str, ...]:
    value = fields.get(name, ())
    values = (value,) if isinstance(value, str) else value
    return tuple(item for item in values if item)


def _audience(written: str, given: Audience | None) -> Audience:
    if not written:
        if given is None:
            raise FrontMatterError("The article names no audience: add 'audience: residents', 'owners' or 'staff'.")
        return given
    try:
        return Audience(written.lower())
    except ValueError as error:
        raise FrontMatterError(f"The audience {written!r} is unknown: write residents, owners or staff.") from error


def _language(written: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", written):
        raise FrontMatterError(f"The language {written!r} is not a language code: write for example en, es or de.")
    return written.lower()


def _date(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise FrontMatterError(f"The date reviewed_on {written!r} cannot be read: write it as 2026-03-31.") from error


def _flag(written: str) -> bool:
    if written.lower() not in YES | NO | {""}:
        raise FrontMatterError(f"The field automatic is {written!r}: write yes or no.")
    return written.lower() not in NO


def _first_heading(body: str) -> str:
    heading = re.match(r"\s*#\s+(.+?)\s*#*\s*(?:\n|$)", body)
    return heading[1] if heading else ""


def _without_title(body: str, title: str) -> str:
    """Drop a first heading that only repeats the title: the page shows the title itself."""
    if _first_heading(body) == title:
        return body.lstrip().partition("\n")[2].lstrip("\n")
    return body


def _quoted(value: str) -> str:
    plain = re.fullmatch(r"[^\W_][^\n\"\\:#]*", value) and value == value.strip() and value.lower() not in YES | NO
    return value if plain else json.dumps(value, ensure_ascii=False)
