"""Untrusted HTML made safe to show, and made into plain text; both in bounded time, whatever comes."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import unquote

import html_text
import lxml.html
import nh3
from lxml import etree

MAX_CHARACTERS = 2_000_000
MAX_TAGS = 100_000
MAX_DEPTH = 1_000  # nh3 and libxml2 are quadratic in depth: 100,000 nested <div> take 25 s
MAX_LINKS = 5_000
MAX_URL = 2_000

_TAGS = nh3.ALLOWED_TAGS - {"area", "data", "map", "rtc"} | {"big", "font", "tfoot"}
# the text of other unknown tags stays; what stands in these is no text
_DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "title",
    "head",
    "noscript",
    "template",
    "iframe",
    "object",
    "embed",
    "applet",
} | {"svg", "math", "select", "video", "audio", "canvas", "noembed", "noframes"}
_ATTRIBUTES = {
    "*": {"dir", "lang", "title", "style"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"align", "valign", "colspan", "rowspan"},
    "th": {"align", "valign", "colspan", "rowspan"},
    "tr": {"align", "valign"},
    "table": {"align", "border", "cellpadding", "cellspacing"},
    "ol": {"start"},
    "p": {"align"},
    "div": {"align"},
}
# nothing that moves, sizes, hides or colours: what a message says cannot be laid over, shrunk or made invisible
_STYLES = {"font-style", "font-weight", "text-align", "text-decoration", "vertical-align", "white-space"}
_NUMBER = re.compile(r"\d{1,4}%?")
# tags that have no end, or whose end authors leave out: they do not nest
_FLAT = frozenset({"br", "hr", "img", "input", "link", "meta", "col", "wbr", "area", "base"}) | frozenset(
    {"p", "li", "dd", "dt", "td", "th", "tr", "thead", "tbody", "tfoot", "option", "colgroup"}
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_HIDING = ("display", "visibility", "font-size", "opacity")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])", re.IGNORECASE
)
_IMAGE = re.compile(r'<img(?: [a-z-]+="[^"]*")*>')
_REMOTE_SOURCE = re.compile(r' src="(?=(?:https?:)?//)')
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_WEB_LINK = re.compile(r"https?://[^/\s?#]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML that may be shown in a sandboxed frame.

    `remote_images` counts the images left off (their address is in `data-remote-src`). `plain` says that the source was
    too large or too deep and was turned into escaped text. `hidden_text` says that the sender tried to hide something.
    """

    html: str
    remote_images: int = 0
    plain: bool = False
    hidden_text: bool = False


def safe_html(
    source: str,
    *,
    rewrite_cid: Callable[[str], str | None] | None = None,
    rewrite_remote: Callable[[str], str | None] | None = None,
) -> SafeHtml:
    """Return untrusted HTML without scripts, forms, ids, classes, layout tricks and anything that loads.

    `rewrite_cid` is given the Content-ID of each inline image and returns the address to show it from, or None to drop
    it; without it `cid:` references stay. `rewrite_remote` does the same for remote images; without it they stay off.
    Links keep `http`, `https` and bare `mailto` targets, with `rel` set.
    """
    if too_large(source):
        return SafeHtml(f'<div style="white-space:pre-wrap">{escape(plain_text(source))}</div>', plain=True)
    lower = source.lower()
    images = _Images(rewrite_cid, rewrite_remote)
    token = _being_cleaned.set(_Document(images, links=lower.count("<a") <= MAX_LINKS))
    try:
        cleaned = _CLEANER.clean(_readable(source))
    finally:
        _being_cleaned.reset(token)
    if rewrite_remote is None:
        cleaned = _IMAGE.sub(lambda tag: _REMOTE_SOURCE.sub(' data-remote-src="', tag[0]), cleaned)
    hidden = any(word in lower for word in _HIDING) and bool(_HIDDEN.search(source))
    return SafeHtml(cleaned, remote_images=images.remote, hidden_text=hidden)


class _Images:
    """Decides the source of each image."""

    def __init__(
        self, rewrite_cid: Callable[[str], str | None] | None, rewrite_remote: Callable[[str], str | None] | None
    ) -> None:
        self._rewrite_cid = rewrite_cid
        self._rewrite_remote = rewrite_remote
        self.remote = 0

    def source(self, value: str) -> str | None:
        value = value.strip()
        if value[:4].lower() == "cid:":
            return value if self._rewrite_cid is None else self._rewrite_cid(unquote(value[4:]).strip("<> "))
        if _REMOTE.match(value) and len(value) <= MAX_URL:
            self.remote += 1
            return value if self._rewrite_remote is None else self._rewrite_remote(value)
        return None


@dataclass(frozen=True, slots=True)
class _Document:
    """What the filter of attributes must know of the document it is called for."""

    images: _Images
    links: bool


_being_cleaned: ContextVar[_Document] = ContextVar("document being cleaned")


def _keep(_tag: str, name: str, value: str) -> str | None:
    """Return the value an attribute may have, or None to leave it out."""
    if name == "src":
        return _being_cleaned.get().images.source(value)
    if name == "href":
        return _safe_link(value) if _being_cleaned.get().links else None
    if name == "style":
        return value if len(value) <= MAX_URL else None
    if name in ("width", "height", "border", "cellpadding", "cellspacing", "colspan", "rowspan", "start"):
        return value if _NUMBER.fullmatch(value.strip()) else None
    return value[:MAX_URL]


# made once: its lists of tags cost more than cleaning a letter
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    attribute_filter=_keep,
    url_schemes={"http", "https", "mailto", "cid"},
    filter_style_properties=_STYLES,
    link_rel="noopener noreferrer nofollow",
)


def _safe_link(value: str) -> str | None:
    value = value.strip()
    if value.lower().startswith("mailto:"):
        return value.partition("?")[0]  # ?bcc= and ?body= would put words and readers into the agent's own mail
    if value.startswith("//"):
        value = f"https:{value}"
    return value if len(value) <= MAX_URL and _WEB_LINK.match(value) else None


def too_large(source: str) -> bool:
    """Tell whether HTML is too long, has too many tags or is nested too deep to be parsed."""
    if len(source) > MAX_CHARACTERS or source.count("<") > MAX_TAGS:
        return True
    depth = deepest = 0
    for closing, tag in _TAG.findall(source):
        if tag.lower() in _FLAT:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest > MAX_DEPTH


def parse_html(source: str) -> lxml.html.HtmlElement | None:
    """Return the tree of a document, or None when it is empty, too large or no HTML at all."""
    text = _readable(source)
    if not text.strip() or too_large(text):
        return None
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    for title in list(tree.iter("title")):  # nobody reads it, and it would stand before the first word
        title.drop_tree()
    return tree


def _readable(source: str) -> str:
    """Take out what only parsers see: NUL, byte order marks, an XML prolog with an encoding that is no longer true."""
    text = source.replace("\x00", "").replace("\ufeff", "")
    return re.sub(r"\A\s*<\?xml[^>]*>", "", text)


# what html_text drops with its content; what it keeps the content of is rare, and left to it
_UNSEEN = ("script", "style", "link", "meta", "applet", "frameset", "frame", "noframes")
_EMBEDDED = ("iframe", "embed", "layer", "object", "param")


def tree_text(tree: lxml.html.HtmlElement) -> str:
    """Return the visible text of a parsed document, lines and paragraphs kept; its scripts and styles are taken out.

    Written as `html_text` writes it, which copies the tree, and takes three times as long, before it reads it.
    """
    if next(tree.iter(*_EMBEDDED), None) is not None:
        return str(html_text.extract_text(tree, guess_punct_space=False))
    for unseen in list(tree.iter(*_UNSEEN)):
        unseen.drop_tree()
    pieces: list[str] = []
    in_line, blank = False, True  # whether words stand before on the line; if not, whether a blank line does
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag in html_text.DOUBLE_NEWLINE_TAGS and not blank:
            pieces.append("\n\n" if in_line else "\n")
            in_line, blank = False, True
        elif element.tag in html_text.NEWLINE_TAGS and in_line:
            pieces.append("\n")
            in_line = False
        written = element.text if event == "start" else element.tail if element is not tree else None
        if written and (words := " ".join(written.split())):
            pieces.append(f" {words}" if in_line else words)
            in_line, blank = True, False
    return "".join(pieces).strip()


def html_to_text(source: str) -> str:
    """Return the visible text of untrusted HTML; a rough text when it is too large to be parsed."""
    tree = parse_html(source)
    return plain_text(source) if tree is None else tree_text(tree)


_OPENING = re.compile(
    r"<(?:(!--)|(script|style|head|title)\b|(/?(?:p|div|br|tr|li|h[1-6]|table|blockquote)\b)|/?[a-z!?])", re.IGNORECASE
)


def plain_text(source: str) -> str:
    """Return the text between the tags without building a tree; of more than 4 million characters the first."""
    source = source[: 2 * MAX_CHARACTERS]
    pieces: list[str] = []
    lower = source.lower()
    at = 0
    unclosed: set[str] = set()
    for found in _OPENING.finditer(source):
        if found.start() < at:
            continue
        pieces.append(source[at : found.start()])
        closing = "-->" if found[1] else f"</{found[2].lower()}" if found[2] else ">"
        end = -1 if closing in unclosed else lower.find(closing, found.end())
        if end < 0:
            unclosed.add(closing)
            at = found.end()
            continue
        at = end + len(closing) if found[1] or not found[2] else source.find(">", end) + 1 or len(source)
        if found[3]:
            pieces.append("\n")
    pieces.append(source[at:])
    return re.sub(r"\n\s*\n\s*", "\n\n", unescape("".join(pieces)).replace("\x00", "")).strip()


_BARE_LINK = re.compile(r"https?://[^\s<>\"'\x00-\x1f]{1,2000}")


def text_to_html(text: str) -> str:
    """Return plain text as HTML: escaped, line ends kept, web addresses clickable (at most 5,000)."""
    pieces: list[str] = []
    at = 0
    for count, found in enumerate(_BARE_LINK.finditer(text)):
        if count >= MAX_LINKS:
            break
        url = found[0].rstrip(".,;:!?)]}")
        pieces.append(escape(text[at : found.start()]))
        pieces.append(f'<a href="{escape(url)}" rel="noopener noreferrer nofollow">{escape(url)}</a>')
        at = found.start() + len(url)
    pieces.append(escape(text[at:]))
    return "".join(pieces).replace("\r\n", "\n").replace("\n", "<br>\n")
