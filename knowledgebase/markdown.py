"""Untrusted Markdown -> safe HTML for a help page. Nothing in it loads from elsewhere before somebody clicks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledgebase.article import slug_of
from knowledgebase.links import Target, read_target
from knowledgebase.plain import inline_text

LONGEST = 200_000
PLAY = {"en": "Play the video", "es": "Ver el vídeo", "de": "Video abspielen"}
PICTURE = {"en": "Picture", "es": "Imagen", "de": "Bild"}
TAGS = frozenset(
    {
        "a",
        "p",
        "br",
        "hr",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "strong",
        "em",
        "s",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
    }
    | {"table", "thead", "tbody", "tr", "th", "td", "img", "figure", "div"}
)
ATTRIBUTES = {
    "a": {"href", "title", "class"},
    "img": {"src", "alt", "title", "loading"},
    "ol": {"start"},
    "th": {"scope", "class"},
    "td": {"class"},
    "div": {"class", "tabindex"},
    "figure": {"class", "data-kind", "data-video", "data-embed", "data-captions"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}

# Maps a relative link or picture of an article to an address on our own site; None where it leads nowhere.
Resolve = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of an article: its level (2 to 6), the id it can be linked by, and its words."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """An article as HTML, with its headings for a table of contents."""

    html: str
    headings: tuple[Heading, ...]


def render(markdown: str, *, resolve: Resolve | None = None, language: str = "en") -> Page:
    """Render an article. Headings start at level 2, for the page shows the title itself.

    Relative links and pictures go through `resolve`; what it does not know stays as plain words. Pictures of other
    sites become links. A video alone in its paragraph becomes a block with its link, for a script to play on a click.
    Raises `ValueError` for a text of more than 200,000 letters.
    """
    if len(markdown) > LONGEST:
        raise ValueError(f"The text has {len(markdown):,} letters; an article may have {LONGEST:,}. Split it in two.")
    tokens = _parser().parse(markdown)
    headings = _number_headings(tokens)
    writer = _Writer(resolve or (lambda _: None), language)
    html = _parser().renderer.render(writer.write(tokens), _parser().options, {})
    return Page(_clean(html), tuple(headings))


@cache
def _parser() -> MarkdownIt:
    # With raw HTML off the parser makes no html_block: those we find later are our own.
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def _clean(html: str) -> str:
    """Clean once more what the parser made: a second wall, should the first have a hole."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )


def _number_headings(tokens: list[Token]) -> list[Heading]:
    """Shift headings to levels 2 to 6 and give each an id of its own."""
    opened = [place for place, token in enumerate(tokens) if token.type == "heading_open"]
    highest = min((int(tokens[place].tag[1]) for place in opened), default=2)
    headings: list[Heading] = []
    taken: set[str] = set()
    for place in opened:
        text = inline_text(tokens[place + 1])
        level = min(6, int(tokens[place].tag[1]) - highest + 2)
        name, again = f"s-{slug_of(text)}", 2
        while name in taken:
            name, again = f"s-{slug_of(text)}-{again}", again + 1
        taken.add(name)
        tokens[place].tag = tokens[place + 2].tag = f"h{level}"
        tokens[place].attrSet("id", name)
        headings.append(Heading(level, name, text))
    return headings


class _Writer:
    """Rewrites the tokens of an article where links, pictures, videos and tables need more than the parser gives."""

    def __init__(self, resolve: Resolve, language: str) -> None:
        self._resolve = resolve
        self._language = language

    def write(self, tokens: list[Token]) -> list[Token]:
        written: list[Token] = []
        for token in tokens:
            if token.type == "inline":
                video = self._lone_video(token)
                if video and written and written[-1].type == "paragraph_open":
                    written[-1].hidden = True
                    written.append(_html(video))
                    continue
                token.children = self._children(token.children or [])
            elif token.type == "paragraph_close" and written[-1].type == "html_block":
                token.hidden = True
            elif token.type == "th_open":
                token.attrSet("scope", "col")
            _align(token)
            if token.type == "table_open":
                written.append(_html('<div class="table" tabindex="0">'))
            written.append(token)
            if token.type == "table_close":
                written.append(_html("</div>"))
        return written

    def _target(self, address: str) -> Target:
        return read_target(address, self._resolve)

    def _lone_video(self, token: Token) -> str:
        """Give the block for a paragraph that is nothing but one video, as a picture or as a link."""
        children = token.children or []
        if len(children) == 1 and children[0].type == "image":
            image = children[0]
            target = self._target(str(image.attrGet("src") or ""))
            if target.is_video:
                captions = self._target(str(image.attrGet("title") or ""))
                return self._video(target, image.content, captions.address if captions.is_captions else "")
        if len(children) == 3 and children[0].type == "link_open" and children[1].type == "text":
            target = self._target(str(children[0].attrGet("href") or ""))
            if target.is_video:
                return self._video(target, children[1].content, "")
        return ""

    def _video(self, target: Target, title: str, captions: str) -> str:
        kind = "page" if target.embed else "file"
        facts = {"kind": kind, "video": target.address, "embed": target.embed, "captions": captions}
        data = "".join(f' data-{name}="{escape(value)}"' for name, value in facts.items() if value)
        label = PLAY.get(self._language, PLAY["en"])
        label = f"{label}: {title}" if title else label
        link = f'<a class="play" href="{escape(target.address)}">{escape(label)}</a>'
        return f'<figure class="video"{data}>{link}</figure>\n'

    def _children(self, children: list[Token]) -> list[Token]:
        written: list[Token] = []
        open_links: list[bool] = []
        for child in children:
            if child.type == "link_open":
                target = self._target(str(child.attrGet("href") or ""))
                open_links.append(bool(target.address))
                child.attrSet("href", target.address)
                if not target.address:
                    continue
            elif child.type == "link_close" and not open_links.pop():
                continue
            elif child.type == "image":
                written.extend(self._picture(child))
                continue
            written.append(child)
        return written

    def _picture(self, image: Token) -> list[Token]:
        target = self._target(str(image.attrGet("src") or ""))
        words = image.content or PICTURE.get(self._language, PICTURE["en"])
        if target.is_own and not target.is_video:
            image.attrSet("src", target.address)
            image.attrSet("loading", "lazy")
            return [image]
        text = Token("text", "", 0, content=words)
        if not target.address:
            return [text]
        opened = Token("link_open", "a", 1, attrs={"href": target.address})
        return [opened, text, Token("link_close", "a", -1)]


def _align(token: Token) -> None:
    """Put the alignment of a table cell into a class: styles are forbidden by our content policy."""
    style = str(token.attrs.pop("style", ""))
    if style.startswith("text-align:"):
        token.attrSet("class", style.removeprefix("text-align:"))


def _html(content: str) -> Token:
    return Token("html_block", "", 0, content=content)
