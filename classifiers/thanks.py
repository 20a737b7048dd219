"""Tell a message that only thanks or confirms from one that brings a new matter: the first need not reopen a ticket."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from classifiers import emergencies
from classifiers.lexicon import Lexicon
from classifiers.rule_files import parse
from classifiers.wording import sentences

_FILE = Path(__file__).parent / "rules" / "thanks.txt"
_LONGEST = 25
_STRANGE_WORDS = 0.25
_STRANGE_AT_MOST = 2
"""How many words may be neither thanks nor courtesy: names and the like; more of them may be a new matter."""
_GLAD = re.compile("[👍🙏❤😊😀🙂👌🎉💪✅♥😍🥰]")
_DOUBT = re.compile(
    r"[?？؟]|\b(?:but|however|although|except|still|pero|sigue|todavia|aber|immer noch|doch|mais|toujours|ale|"
    r"nadal|ama|fakat|hala|yine|але|досі|знову|لكن|لسا|ما زال|لیکن|مگر|اب بھی|但|可是|还是|不过)",
    re.IGNORECASE,
)


@cache
def _lexicon() -> Lexicon:
    return parse(_FILE.read_text(encoding="utf-8").splitlines(), _FILE.name)


def is_only_thanks(text: str) -> bool:
    """Say whether a text thanks or confirms and asks or reports nothing."""
    cut = sentences(text)
    if not cut:
        return bool(_GLAD.search(text))
    count = sum(map(len, cut))
    if count > _LONGEST or _DOUBT.search(" ".join(" ".join(words) for words in cut)) or _DOUBT.search(text):
        return False
    known = [_lexicon().concepts(words) for words in cut]
    if not any("thanks" in found for found in known) and not _GLAD.search(text):
        return False
    covered = sum(
        len({at for spans in found.values() for span in spans for at in range(span.start, span.end)}) for found in known
    )
    strange = count - covered
    return strange <= min(count * _STRANGE_WORDS, _STRANGE_AT_MOST) and not emergencies.find_all(text)
