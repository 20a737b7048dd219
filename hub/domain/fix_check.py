"""'Is it fixed?' after work is done: the words it is asked with, and what people say to it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from hub.domain.task import TaskKind

ANSWERED_WITHIN = timedelta(days=7)
LINK_WORKS = timedelta(days=60)
AFTER_THE_UPDATE = timedelta(minutes=1)
NOTHING_TO_FIX = frozenset({TaskKind.VIEWING, TaskKind.RENEWAL, TaskKind.TURN})
MOST_WORDS = 6


class FixState(StrEnum):
    """Where the question stands: asked, or answered one way or the other. The answers are what links and forms say."""

    ASKED = "asked"
    FIXED = "yes"
    NOT_FIXED = "no"


@dataclass(frozen=True, slots=True)
class FixWords:
    """The sentences of one language; `yes` and `no` are followed by a link, `here` stands where there are buttons."""

    told: str
    asks: str
    by_text: str
    yes: str
    no: str
    reply: str
    here: str


LANGUAGES = {
    "en": FixWords(
        "We told you that the work is done.",
        "Is it fixed?",
        "Please reply YES or NO.",
        "Yes, it is fixed:",
        "No, not yet:",
        "Or just reply YES or NO, and tell us what is still wrong.",
        "Tell us on this page: yes, or what is still wrong.",
    ),
    "de": FixWords(
        "Wir haben Ihnen geschrieben, dass die Arbeit erledigt ist.",
        "Ist es behoben?",
        "Bitte antworten Sie JA oder NEIN.",
        "Ja, es ist behoben:",
        "Nein, noch nicht:",
        "Oder antworten Sie einfach JA oder NEIN, und was noch fehlt.",
        "Sagen Sie es uns auf dieser Seite: ja, oder was noch fehlt.",
    ),
    "es": FixWords(
        "Le hemos escrito que el trabajo está hecho.",
        "¿Está arreglado?",
        "Responda SI o NO.",
        "Sí, está arreglado:",
        "No, todavía no:",
        "O responda sin más SÍ o NO, y qué falta todavía.",
        "Díganoslo en esta página: sí, o qué falta todavía.",
    ),
}
_MARKS = re.compile(r"[^\w\s]+|[_\ufe0f\u20e3]")
_COURTESY = frozenset(
    {"please", "pls", "thanks", "thank", "you", "thx", "ty", "very", "much", "so", "all", "perfect", "great", "super"}
    | {"bitte", "danke", "vielen", "dank", "alles", "sehr", "por", "favor", "gracias", "muchas", "perfecto", "todo"}
    | {"hi", "hello", "hola", "hallo"}
)
_YES = frozenset(
    {"yes", "y", "yep", "yeah", "yup", "yes it is", "yes it is fixed", "yes its fixed", "yes fixed", "it is fixed"}
    | {"its fixed", "fixed", "is fixed", "done", "works", "it works", "yes it works", "works now", "it works now"}
    | {"yes it works now", "yes done", "yes works", "all good", "yes good", "good", "now it works"}
    | {"ja", "jep", "ja ist es", "ja es ist behoben", "ja behoben", "behoben", "es ist behoben", "ja erledigt"}
    | {"erledigt", "funktioniert", "es funktioniert", "ja funktioniert", "geht wieder", "ja geht wieder", "es geht wieder"}
    | {"sí", "si", "sí está arreglado", "si esta arreglado", "está arreglado", "esta arreglado", "arreglado"}
    | {"sí arreglado", "si arreglado", "funciona", "ya funciona", "sí funciona", "si funciona", "sí ya funciona"}
)  # fmt: skip
_NO = frozenset(
    {"no", "n", "nope", "not yet", "no not yet", "not fixed", "no not fixed", "it is not fixed", "its not fixed"}
    | {"no it is not", "no it isnt", "no it isn t", "still not", "still not fixed", "still broken", "no still broken"}
    | {"it is still broken", "not really", "nein", "nee", "noch nicht", "nein noch nicht", "nicht behoben"}
    | {"nein nicht behoben", "immer noch nicht", "nein immer noch nicht", "geht nicht", "todavía no", "todavia no"}
    | {"no todavía no", "no todavia no", "aún no", "aun no", "no está arreglado", "no esta arreglado"}
)
# 'No' before a mark begins a report; 'no problem' and 'no water' are something else, and people read those.
_NO_AND_WHY = re.compile(
    r"\s*(?:no|nope|nein|not\s+(?:fixed|yet)|noch\s+nicht|todav[ií]a\s+no)\s*(?:[,.;:!–—-]|\n)", re.IGNORECASE
)
_NOT_AFTER_ALL = re.compile(r"\b(?:problem|worries|issue|issues|thanks|thank|danke|gracias|problema)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HeardFix:
    """What somebody says to the question, and whether they say nothing that has to be read beside it."""

    state: FixState
    bare: bool


def asks_after(kind: TaskKind) -> bool:
    """Tell whether there is something to be fixed in a kind of work."""
    return kind not in NOTHING_TO_FIX


def fix_words(channel: str, *, language: str, company: str, link: str) -> str:
    """Return the question as a channel asks it; only mail has links, and none of them answers by being opened."""
    words = LANGUAGES.get(language, LANGUAGES["en"])
    if channel == "sms":
        return f"{company}: {words.asks} {words.by_text}"
    if channel == "portal":
        return f"{words.told} {words.asks} {words.here}"
    return (
        f"{words.told} {words.asks}\n\n{words.yes} {link}?fixed={FixState.FIXED}\n\n"
        f"{words.no} {link}?fixed={FixState.NOT_FIXED}\n\n{words.reply}"
    )


def question_words(language: str) -> str:
    """Return the bare question in a language."""
    return LANGUAGES.get(language, LANGUAGES["en"]).asks


def read_fix(text: str) -> HeardFix | None:
    """Read a message as yes or no to the question, or None where it says neither and is a message like any other.

    'Yes, but the radiator leaks' is neither: a person reads it. 'No, it still drips' is a no that has to be read.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    words = _MARKS.sub(" ", plain.casefold().replace("’", "").replace("'", "")).split()
    if not words:
        return None
    as_written = " ".join(words)
    said = {as_written, " ".join(each for each in words if each not in _COURTESY)}
    if len(words) <= MOST_WORDS:
        if said & _YES:
            return HeardFix(FixState.FIXED, bare=True)
        if as_written in _NO:  # 'no, thanks' is no such no
            return HeardFix(FixState.NOT_FIXED, bare=True)
    begins = _NO_AND_WHY.match(plain)
    if begins is not None and not _NOT_AFTER_ALL.match(plain[begins.end() :].strip()):
        return HeardFix(FixState.NOT_FIXED, bare=False)
    return None
