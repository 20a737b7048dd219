"""Take a message apart: the sentences that ask something, and those that only greet, tell or close."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledgebase.stems import fold
from knowledgebase.vocabulary import phrase_lists

ABBREVIATIONS = (
    r"e\.g i\.e etc approx no nr ca bzw usw ggf z\.b z\.\sb d\.h d\.\sh p\.\s?ej sr sra dr st str tel max min"
)


def _any_of(name: str) -> str:
    listed = {phrase for phrases in phrase_lists("sentences")[name].values() for phrase in phrases}
    return "|".join(re.escape(phrase) for phrase in sorted(listed, key=lambda phrase: (-len(phrase), phrase)))


_END = re.compile(r"(?<=[.!?…。！？])[\"”)]*\s+")
_ABBREVIATION = re.compile(rf"(?:\b(?:{'|'.join(ABBREVIATIONS.split(' '))})|\b\w|\d)\.$", re.IGNORECASE)
_ASKING = re.compile(rf"\?|¿|^\W*(?:(?:{_any_of('opening')})[\s,!.]+)*(?:{_any_of('asking')})\b")
_GREETING = re.compile(rf"^\W*(?:{_any_of('greeting')})\b[^.?!\n]{{0,30}}[,!]?\s*$")
_CLOSING = re.compile(rf"^\W*(?:{_any_of('closing')})\b")
_JOINT = re.compile(rf"[,;]?\s+(?:{_any_of('joining')})\s+(?=(?:{_any_of('joined')})\b)")
_AND = re.compile(rf"[,;]?\s+(?:{_any_of('joining')})\s+")


@dataclass(frozen=True, slots=True)
class Message:
    """A message as sentences: `asking` ask or wish something, `telling` tell around it. Greetings are gone."""

    asking: tuple[str, ...]
    telling: tuple[str, ...]

    @property
    def question(self) -> str:
        """Give the words that ask, or all of them when nothing is asked outright."""
        return " ".join(self.asking or self.telling)

    @property
    def whole(self) -> str:
        """Give all words but greetings: 'The tap drips. What can I do?' asks nothing without its first sentence."""
        return " ".join((*self.telling, *self.asking))


def split_sentences(text: str) -> list[str]:
    """Split a text at the ends of its sentences and at line breaks, abbreviations kept whole."""
    found: list[str] = []
    for line in text.splitlines():
        joined = ""
        for piece in _END.split(line.strip()):
            if joined and not (piece[:1].islower() or _ABBREVIATION.search(joined)):
                found.append(joined)
                joined = ""
            joined = f"{joined} {piece}".strip()
        found.append(joined)
    return [sentence for sentence in found if sentence]


def split_questions(sentence: str) -> list[str]:
    """Split a sentence that asks two things joined by 'and', 'y' or 'und' followed by a question word."""
    return _split(sentence, _JOINT)


def split_parts(sentence: str) -> list[str]:
    """Split a sentence at every 'and', 'y' or 'und'."""
    return _split(sentence, _AND)


def _split(sentence: str, joint: re.Pattern[str]) -> list[str]:
    folded = fold(sentence)
    if len(folded) != len(sentence):
        # An accent or ß changed the length: places in the folded text are not places in the sentence.
        sentence = folded
    cuts = [match.span() for match in joint.finditer(folded)]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(sentence)]
    return [piece for start, end in zip(starts, ends, strict=True) if (piece := sentence[start:end].strip())]


def read_message(text: str) -> Message:
    """Sort the sentences of a message."""
    asking: list[str] = []
    telling: list[str] = []
    for sentence in split_sentences(text):
        folded = fold(sentence)
        if _CLOSING.search(folded) and "?" not in folded:
            if len(folded) < 40 and (asking or telling):
                # What follows a closing is a signature.
                break
            continue
        if _GREETING.search(folded):
            continue
        (asking if _ASKING.search(folded) else telling).append(sentence)
    return Message(tuple(asking), tuple(telling))
