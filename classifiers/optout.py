"""Tell when somebody says in plain words that they want no more messages, in the languages served.

The keywords a carrier obeys are a channel's business; this is for 'please stop texting me' and its kin. Ending a lease,
stopping a leak or stopping a payment is not an opt-out.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from classifiers.lexicon import Lexicon
from classifiers.rule_files import parse
from classifiers.wording import sentences

_FILE = Path(__file__).parent / "rules" / "optout.txt"
_LONGEST = 60
"""Words; in a longer message an opt-out is one wish among others and a person should read it."""


@cache
def _lexicon() -> Lexicon:
    return parse(_FILE.read_text(encoding="utf-8").splitlines(), _FILE.name)


def wants_no_messages(text: str) -> str:
    """Give the words with which a text asks for no more messages, or nothing."""
    cut = sentences(text)
    if not cut or sum(map(len, cut)) > _LONGEST:
        return ""
    if _is_keyword([word for words in cut for word in words]):
        return " ".join(cut[0])
    return next((hit.evidence for words in cut for hit in _lexicon().hits(words)), "")


def _is_keyword(words: list[str]) -> bool:
    """Say whether a sentence is one of the bare keywords, with or without a courtesy."""
    found = _lexicon().concepts(words)
    spans = [*found.get("keyword", ()), *found.get("polite", ())]
    covered = {at for span in spans for at in range(span.start, span.end)}
    return "keyword" in found and len(covered) == len(words)
