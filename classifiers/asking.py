"""Whether a text asks or tells, and what: a few columns by which a model tells work from a mere question."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from classifiers.dangers import happens_now
from classifiers.lexicon import Lexicon
from classifiers.matters import pieces_of
from classifiers.rule_files import parse
from classifiers.wording import sentences

_FILE = Path(__file__).parent / "rules" / "work.txt"
_SAID = ("wish", "defect", "resolved", "decided", "dispute")
_MARKS = "?？؟"
_OPENING = 2
"""A question word opens a question among the first two words: 'and what', 'so when'."""

NAMES = (
    *(f"{mood}-{said}" for mood in ("asks", "tells") for said in (*_SAID, "nothing")),
    "only-asks",
    "only-tells",
    "asks-and-tells",
)


@cache
def _lexicon() -> Lexicon:
    return parse(_FILE.read_text(encoding="utf-8").splitlines(), _FILE.name)


def moods_of(text: str) -> set[str]:
    """Name what a text asks about and what it tells, among NAMES."""
    found: set[str] = set()
    asks = tells = False
    for piece in pieces_of(text):
        words = [word for cut in sentences(piece) for word in cut]
        concepts = _lexicon().concepts(words)
        opened = any(span.start < _OPENING for span in concepts.get("opener", ()))
        question = any(mark in piece for mark in _MARKS) or opened or "asks" in concepts
        asks, tells = asks or question, tells or not question
        said = [name for name in _SAID if name in concepts] or ["nothing"]
        found.update(f"{'asks' if question else 'tells'}-{name}" for name in said)
    if asks or tells:
        found.add("asks-and-tells" if asks and tells else "only-asks" if asks else "only-tells")
    return found


def needs_work(text: str) -> bool | None:
    """Say whether a text on something to repair asks for work: yes, no, or None where its words do not tell."""
    moods = moods_of(text)
    wishes = bool(moods & {"tells-wish", "asks-wish"})
    if not wishes and not happens_now(text):
        return False
    if "tells-resolved" in moods or not (wishes or "tells-defect" in moods):
        return None
    return True
