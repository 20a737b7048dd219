"""What somebody says of an answer from the help centre: it solved the matter, or a person is still needed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from hub.domain.survey import is_only_thanks

MOST_WORDS = 8
_MARKS = re.compile(r"[^\w\s]+|[_\ufe0f\u20e3]")
_ONE = frozenset({"1", "one", "eins", "uno", "una"})
_TWO = frozenset({"2", "two", "zwei", "dos"})
_PERSON = frozenset({"person", "persona", "mensch", "menschen", "human"})
_COURTESY = frozenset(
    {"please", "pls", "thanks", "thank", "you", "thx", "bitte", "danke", "vielen", "dank", "por", "favor", "gracias"}
    | {"muchas", "hi", "hello", "hola", "hallo"}
)
# What may stand beside a number: courtesy, and the words we asked with.
_BESIDE = (
    _COURTESY
    | _PERSON
    | {"solved", "resuelto", "erledigt", "gelöst", "option", "reply", "antwort", "yes", "ja", "sí", "si", "ok"}
    | {"a", "an", "the", "ein", "eine", "einen", "un"}
)
_SOLVED = frozenset(
    (
        "solved",
        "it is solved",
        "its solved",
        "this solved it",
        "that solved it",
        "yes",
        "yes it did",
        "yes solved",
        "yes this solved it",
        "yes that solved it",
        "problem solved",
        "done",
        "fixed",
        "sorted",
        "all good now",
        "works now",
        "it works now",
        "it worked",
        "that worked",
        "yes it worked",
        "yes that worked",
        "that helped",
        "yes that helped",
        "gelöst",
        "ist gelöst",
        "erledigt",
        "hat sich erledigt",
        "hat geholfen",
        "das hat geholfen",
        "hat geklappt",
        "geht wieder",
        "ja",
        "ja gelöst",
        "ja erledigt",
        "ja das hat geholfen",
        "resuelto",
        "está resuelto",
        "esta resuelto",
        "solucionado",
        "ya está",
        "ya esta",
        "ya funciona",
        "funciona",
        "sí",
        "si",
        "sí resuelto",
        "si resuelto",
    )
)


class Verdict(StrEnum):
    """What became of an answer in the words of whoever asked."""

    SOLVED = "solved"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message says of an answer, and whether it says anything that somebody has to read beside it."""

    verdict: Verdict
    bare: bool


def read_verdict(text: str) -> Heard | None:
    """Read a message that follows an answer; mere thanks say neither that it is solved nor that a person is needed.

    Whatever says more than that it is solved is for a person: 'one of them still drips' begins with a number as well.
    """
    words = _MARKS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).split()
    if not words or is_only_thanks(text):
        return None
    if len(words) > MOST_WORDS:
        return Heard(Verdict.PERSON, bare=False)
    if set(words) <= _BESIDE | _ONE | _TWO and set(words) & (_ONE | _TWO | _PERSON):
        # Articles are numbers only where nothing else is said: 'una persona' asks for a person.
        asks = set(words) & (_TWO | _PERSON)
        return Heard(Verdict.PERSON if asks else Verdict.SOLVED, bare=True)
    said = " ".join(words), " ".join(each for each in words if each not in _COURTESY)
    solved = any(each in _SOLVED for each in said)
    return Heard(Verdict.SOLVED, bare=True) if solved else Heard(Verdict.PERSON, bare=False)
