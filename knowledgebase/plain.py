"""From Markdown to plain sentences: what is searched, quoted in a reply, or sent as a text message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

SILENT = frozenset({"image", "html_inline", "html_block", "fence", "code_block"})


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, list item or table row as plain text, under its nearest heading.

    `step` is its number in a numbered list, 0 elsewhere.
    """

    text: str
    heading: str = ""
    step: int = 0
    listed: bool = False


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def read_parts(markdown: str) -> list[Part]:
    """List the parts of a Markdown text in order, without headings, pictures and code."""
    reader = _Reader()
    for token in _parser().parse(markdown):
        reader.read(token)
    return reader.parts


def plain_text(markdown: str) -> str:
    """Give a Markdown text as plain lines, headings included."""
    lines: list[str] = []
    heading = ""
    for part in read_parts(markdown):
        if part.heading != heading:
            heading = part.heading
            lines.append(heading)
        lines.append(part.text)
    return "\n".join(line for line in lines if line)


def headings(markdown: str) -> list[str]:
    """List the headings of a Markdown text that have something below them."""
    return list(dict.fromkeys(part.heading for part in read_parts(markdown) if part.heading))


class _Reader:
    """Where we are in a text: under which heading, at which number of which lists, in which row of a table."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._heading = ""
        self._in_heading = False
        self._lists: list[int] = []
        self._row: list[str] | None = None

    def read(self, token: Token) -> None:
        match token.type:
            case "heading_open" | "heading_close":
                self._in_heading = token.nesting > 0
            case "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1)) - 1)
            case "bullet_list_open":
                self._lists.append(-1)
            case "ordered_list_close" | "bullet_list_close":
                self._lists.pop()
            case "list_item_open" if self._lists[-1] >= 0:
                self._lists[-1] += 1
            case "tr_open":
                self._row = []
            case "tr_close":
                self._add(" – ".join(cell for cell in self._row or () if cell))
                self._row = None
            case "inline":
                self._read_text(inline_text(token))

    def _read_text(self, text: str) -> None:
        if self._in_heading:
            self._heading = text
        elif self._row is not None:
            self._row.append(text)
        else:
            self._add(text)

    def _add(self, text: str) -> None:
        if text:
            step = max(0, self._lists[-1]) if self._lists else 0
            self.parts.append(Part(text, self._heading, step=step, listed=bool(self._lists)))


def inline_text(token: Token) -> str:
    """Give the plain text of an inline token; a picture gives nothing."""
    pieces = []
    for child in token.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            pieces.append(" ")
        elif child.type not in SILENT:
            pieces.append(child.content)
    return re.sub(r"\s+", " ", "".join(pieces)).strip()
