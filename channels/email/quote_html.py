"""HTML mail as text whose quoted parts are marked as plain text marks them, so that one set of rules reads both."""

from __future__ import annotations

import re

import lxml.html

from channels.email.charset import clean_text
from channels.html import parse_html, tree_text

DIVIDER = "-----Original Message-----"
_PLACE = "\ue000{}\ue001"
_PLACED = re.compile(r"\s*\ue000(\d+)\ue001\s*")
_MAX_QUOTES = 500

# containers in which clients put all that came before; Outlook on the web prefixes ids with x_ when they are quoted again
_HISTORY_IDS = re.compile(
    r"(?:x_)*(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|mail-editor-reference-message-container"
    r"|ms-outlook-mobile-reference-message|yahoo_quoted_\d+|reply-intro|stopSpelling|isForwardContent)"
)
_HISTORY_CLASSES = frozenset(
    {"yahoo_quoted", "zmail_extra", "protonmail_quote", "tutanota_quote", "gmx_quote", "WM_QUOTE"}
)
_QUOTE_CLASSES = ("gmail_quote", "cite", "quote", "protonmail_quote", "tutanota_quote", "yahoo_quoted", "iosymail")
_OUTLOOK_LINE = re.compile(r"border-top:\s*(?:solid|\d)", re.IGNORECASE)


def html_as_quoted_text(source: str) -> str | None:
    """Return the text of HTML mail, `> ` before quoted lines and a divider before history; None if it cannot be parsed.

    Citations are quoted. A bare blockquote is one only when it is the last: people indent with it too.
    """
    tree = parse_html(source)
    if tree is None:
        return None
    _mark_history(tree)
    quotes = _outermost_quotes(tree)
    texts = []
    for number, quote in enumerate(quotes):
        texts.append(tree_text(quote))
        _replace(quote, _PLACE.format(number))
    return clean_text(_PLACED.sub(lambda found: _as_quoted(texts[int(found[1])]), tree_text(tree)))


def _as_quoted(text: str) -> str:
    return "\n\n{}\n\n".format("\n".join(f"> {line}".rstrip() for line in text.split("\n")))


def _outermost_quotes(tree: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
    blocks = [block for block in tree.iter("blockquote") if next(block.iterancestors("blockquote"), None) is None]
    return [block for block in blocks[:_MAX_QUOTES] if _is_citation(block) or block is blocks[-1]]


def _is_citation(block: lxml.html.HtmlElement) -> bool:
    classes = (block.get("class") or "").lower()
    return block.get("type") == "cite" or bool(block.get("cite")) or any(one in classes for one in _QUOTE_CLASSES)


def _mark_history(tree: lxml.html.HtmlElement) -> None:
    """Put a divider before the containers of history, and a line for each rule."""
    for element in list(tree.iter("hr")):
        _insert_before(element, "________")
    for element in list(tree.iter("div", "span", "table", "hr")):
        classes = set((element.get("class") or "").split())
        known = _HISTORY_IDS.fullmatch(element.get("id") or "") or classes & _HISTORY_CLASSES
        if (known and element.tag != "hr") or _is_outlook_head(element):
            _insert_before(element, DIVIDER)


def _is_outlook_head(element: lxml.html.HtmlElement) -> bool:
    """Tell the line Outlook draws above the sender and date of what it quotes, whatever the language."""
    if not _OUTLOOK_LINE.search(element.get("style") or ""):
        return False
    head = "".join(element.itertext())[:400]
    return "@" in head and head.count(":") >= 3


def _insert_before(element: lxml.html.HtmlElement, text: str) -> None:
    line = lxml.html.Element("p")
    line.text = text
    if element.getparent() is not None:
        element.addprevious(line)


def _replace(element: lxml.html.HtmlElement, text: str) -> None:
    place = lxml.html.Element("p")
    place.text, place.tail = text, element.tail
    parent = element.getparent()
    if parent is not None:
        parent.replace(element, place)
