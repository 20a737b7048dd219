"""The composer's light Markdown (bold, italic, lists, links) as HTML that every mail client shows alike."""

from __future__ import annotations

import re

import nh3
from markdown_it import MarkdownIt

_RULES = ["newline", "escape", "emphasis", "link", "autolink", "list"]
_BARE_LINK = re.compile(r"(?<![<(\[\"'=\w/])(https?://[^\s<>()\[\]\"']+[^\s<>()\[\]\"'.,;:!?])")
_markdown = MarkdownIt("zero", {"breaks": True, "html": False}).enable(_RULES)


def markdown_to_html(text: str) -> str:
    """Return light Markdown as HTML; anything else stays the text it is."""
    rendered = _markdown.render(_BARE_LINK.sub(r"<\1>", text.replace("\r\n", "\n")))
    return nh3.clean(
        rendered,
        tags={"p", "br", "strong", "em", "ul", "ol", "li", "a"},
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
