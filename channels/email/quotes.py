"""What a person wrote now, without history and signature; for display and triage only, the text is kept whole."""

from __future__ import annotations

import re
from collections.abc import Sequence

from channels.email.quote_html import html_as_quoted_text
from channels.email.quote_marks import Found, Mark, find_mark
from channels.email.sent_match import find_sent_lines
from channels.email.signatures import cut_signature

MAX_CHARACTERS = 500_000
MAX_LINES = 5_000  # in which a mark is looked for; what a person writes is shorter

_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r" {0,3}>")
_DECORATION = re.compile(r"\s*>+.*<+\s*")  # >>> click here <<<
_LINK_PIECE = re.compile(r"\s*(?:\(?https?://|\S*[/=_)]\S*\s*>?\s*$)")


def reply_text(text: str, html: str = "", sent_texts: Sequence[str] = ()) -> str:
    """Return the new words of a message; the whole text where nothing else would remain.

    HTML first, by the marks that mail clients leave in it; else the text, by attributions, header blocks and `>`.
    Answers between quoted lines are kept whole with what they answer. `sent_texts` are what we sent on the thread:
    their words are recognised however they were quoted. Linear in the text, of which 500,000 characters are read.
    """
    marked = html_as_quoted_text(html) if html.strip() else None
    reply = None if marked is None else _without_history(marked, sent_texts)
    if reply is not None and not _says_the_same(reply, text):
        reply = None
    if reply is None:
        reply = _without_history(text, sent_texts) or text[:MAX_CHARACTERS].split("\n")
    return "\n".join(cut_signature(reply)).strip("\n") or text.strip()


def _says_the_same(reply: Sequence[str], text: str) -> bool:
    """Tell whether the words found in the HTML stand in the text too: where the two differ, the text is believed."""
    words = _WORD.findall(" ".join(reply))
    known = set(_WORD.findall(text))
    return sum(map(known.__contains__, words)) >= 0.7 * len(words)


def _without_history(text: str, sent_texts: Sequence[str]) -> list[str] | None:
    """Return the lines of a text without its history, or None when none was found."""
    lines = text[:MAX_CHARACTERS].split("\n")
    reply = _Reply(lines, find_sent_lines(lines, sent_texts)).lines()
    return reply if len(reply) < len(lines) else None


class _Reply:
    """One text while its history is being taken out."""

    def __init__(self, lines: list[str], ours: set[int]) -> None:
        self._lines = lines
        self._quoted = [at in ours or (">" in line and _is_quoted(line)) for at, line in enumerate(lines)]
        if any(self._quoted):
            self._join_broken_links()

    def lines(self) -> list[str]:
        """Return the lines of the reply; all lines when answers stand between quoted ones."""
        kept: list[str] = []
        blocks = since_block = at = 0
        while at < len(self._lines):
            if self._quoted[at]:
                blocks += 1
                if blocks > 1 and any(line.strip() for line in kept[since_block:]):
                    return self._lines
                since_block = len(kept)
                at = self._after_quote(at)
                continue
            found = self._mark(at)
            if found is None:
                kept.append(self._lines[at])
                at += 1
                continue
            if found.prefix:
                kept.append(found.prefix)
            if found.mark is Mark.ATTRIBUTION and self._quote_follows(found.end):
                at = found.end
                continue
            if found.mark is Mark.FORWARD:  # what somebody hands on is what they want read
                return self._lines
            if any(line.strip() for line in kept):
                return kept
            return self._lines if found.mark is not Mark.ATTRIBUTION else self._lines[found.end :]
        return kept

    def _mark(self, at: int) -> Found | None:
        if at >= MAX_LINES or not self._lines[at].strip():
            return None
        return find_mark(self._lines, at, self._quoted)

    def _join_broken_links(self) -> None:
        """Count a piece of a link between two quoted lines as quoted: mail clients break long ones."""
        for at in range(1, len(self._lines) - 1):
            if self._quoted[at - 1] and not self._quoted[at] and _LINK_PIECE.match(self._lines[at][:400]):
                self._quoted[at] = self._quoted[at + 1]

    def _quote_follows(self, at: int) -> bool:
        while at < len(self._lines) and not self._lines[at].strip():
            at += 1
        return at < len(self._lines) and self._quoted[at]

    def _after_quote(self, at: int) -> int:
        """Return the line after a run of quoted lines, blank ones between them included."""
        while at < len(self._lines) and (self._quoted[at] or not self._lines[at].strip()):
            at += 1
        return at


def _is_quoted(line: str) -> bool:
    return bool(_QUOTED.match(line)) and not _DECORATION.fullmatch(line[:400])
