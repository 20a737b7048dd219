"""The gates an automatic answer must pass; where one is shut, a person answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum

from knowledgebase.article import Audience
from knowledgebase.confidence import confidence, margin
from knowledgebase.matters import names_matter
from knowledgebase.sentences import Message, split_parts, split_questions, split_sentences
from knowledgebase.shelf import Hit
from knowledgebase.words import read_words

# Set on questions of our own (tests/knowledgebase/questions.csv, held_out.csv and developing.csv).
ENOUGH_CONFIDENCE = 0.77
SURE_CONFIDENCE = 0.88
ENOUGH_SCORE = 0.1
ENOUGH_COVERAGE = 0.3
ENOUGH_MARGIN = 0.05
# How much surer an article of the other audience must be before the question is taken to be theirs.
OTHER_AUDIENCE = 0.3
# How much nearer by its score alone, where it is likely.
NEARER = 1.6
# The same for a stranger, who may be of either.
STRANGERS_AUDIENCE = -0.15
STRANGERS_NEARER = 0.6
# Below this an article, though nearer, is not taken for what is meant.
LIKELY = 0.4
# How likely another article must be before a part of a message counts as a second matter: a question, a half, a story;
# and how much less the best one must say to it.
SECOND_QUESTION = 0.3
SECOND_PART = 0.4
SECOND_STORY = 0.7
ELSEWHERE = 0.7
# A longer message tells a story that a person should read.
MOST_WORDS = 120

Search = Callable[[str], Sequence[Hit]]


class Gate(StrEnum):
    """What stopped an answer; `open` when nothing did."""

    OPEN = "open"
    EMPTY = "empty"
    LANGUAGE = "language"
    EMERGENCY = "emergency"
    MONEY = "money"
    LEGAL = "legal"
    PERSONAL = "personal"
    PERSON = "person"
    AUDIENCE = "audience"
    MATTERS = "matters"
    LENGTH = "length"
    SCORE = "score"
    COVERAGE = "coverage"
    MARGIN = "margin"
    TOPIC = "topic"
    BY_HAND = "by_hand"


WHY = {
    Gate.OPEN: "The article “{article}” answers this.",
    Gate.EMPTY: "The message asks nothing that an article could answer.",
    Gate.LANGUAGE: "There is no article in the language of the message.",
    Gate.EMERGENCY: "It may be an emergency: a person must read it now.",
    Gate.MONEY: "It is about money owed, asked back or disputed: a person decides.",
    Gate.LEGAL: "It is a legal matter: a person answers.",
    Gate.PERSONAL: "It asks about somebody's own records or another person: a person looks it up.",
    Gate.PERSON: "The sender asks for a person, or is upset.",
    Gate.AUDIENCE: "The question belongs to the other help centre.",
    Gate.MATTERS: "The message is about more than one matter: a person answers all of them.",
    Gate.LENGTH: "The message is long and tells a story: a person should read it.",
    Gate.SCORE: "No article is near enough to the question.",
    Gate.COVERAGE: "The nearest article, “{article}”, does not speak of: {unknown}.",
    Gate.MARGIN: "Two articles fit about equally: “{article}” and “{second}”.",
    Gate.TOPIC: "The nearest article, “{article}”, is on another topic than the message.",
    Gate.BY_HAND: "The article “{article}” is only sent by a person.",
}
_AMOUNT = re.compile(r"[€$£]\s?\d|\d\s?(?:[€$£]|eur\b|euros?\b|dollars?\b|pounds?\b|usd\b|gbp\b)", re.IGNORECASE)
_OF_MATTERS = (
    ("emergency", Gate.EMERGENCY),
    ("legal", Gate.LEGAL),
    ("money", Gate.MONEY),
    ("other-people", Gate.PERSONAL),
    ("person", Gate.PERSON),
)


def check_matter(text: str, audience: Audience, language: str) -> Gate:
    """Name the gate that what a message speaks of shuts, before anything is searched."""
    for matter, gate in _OF_MATTERS:
        if names_matter(matter, text, language):
            return gate
    if _AMOUNT.search(text):
        return Gate.MONEY
    if names_matter("lockout", text, language) and not names_matter("supposing", text, language):
        return Gate.EMERGENCY
    if any(_asks_for_records(sentence, language) for sentence in split_sentences(text)):
        return Gate.PERSONAL
    other = {Audience.RESIDENTS: "owners", Audience.OWNERS: "residents"}.get(audience)
    return Gate.AUDIENCE if other and names_matter(other, text, language) else Gate.OPEN


def _asks_for_records(sentence: str, language: str) -> bool:
    """Tell whether a sentence wants something looked up; 'how do I see my balance' only wants the way."""
    return names_matter("own-record", sentence, language) and not names_matter("how-to", sentence, language)


def check_match(hits: Sequence[Hit], others: Sequence[Hit], *, sender_known: bool, plain: bool) -> Gate:
    """Name the gate that the nearest articles shut: for this audience (`hits`), and for the other one (`others`).

    A message that only tells something, or asks what we would do for somebody, is not `plain`: it must fit as well as a
    stranger's question.
    """
    if not hits or hits[0].score < ENOUGH_SCORE or hits[0].decoy > hits[0].alike:
        return Gate.SCORE
    best = hits[0]
    if others and _is_theirs(hits, others, sender_known=sender_known):
        return Gate.AUDIENCE
    if best.coverage < ENOUGH_COVERAGE:
        return Gate.COVERAGE
    if margin(hits) < ENOUGH_MARGIN:
        return Gate.MARGIN
    if confidence(hits) < (ENOUGH_CONFIDENCE if sender_known and plain else SURE_CONFIDENCE):
        return Gate.COVERAGE if best.unknown else Gate.MARGIN if margin(hits) < 0.3 else Gate.SCORE
    return Gate.OPEN if best.article.automatic else Gate.BY_HAND


def _is_theirs(hits: Sequence[Hit], others: Sequence[Hit], *, sender_known: bool) -> bool:
    best, rival = hits[0], others[0]
    theirs, ours = confidence(others), confidence(hits)
    much, further = (OTHER_AUDIENCE, NEARER) if sender_known else (STRANGERS_AUDIENCE, STRANGERS_NEARER)
    nearer = rival.score > best.score * further and rival.coverage >= best.coverage
    return (nearer and theirs > LIKELY) or theirs > ours + much


def names_second_matter(message: Message, best: Hit, search: Search) -> bool:
    """Tell whether a part of a message is about something else than the article that fits the whole."""
    language = best.article.language
    if any(names_matter("second", sentence, language) for sentence in (*message.asking, *message.telling)):
        return True
    questions = [piece for sentence in message.asking for piece in split_questions(sentence)]
    stories = [told for told in message.telling if not names_matter("background", told, language)]
    parts = [part for sentence in (*message.asking, *stories) for part in split_parts(sentence)]
    return any(
        _is_elsewhere(text, best, search, enough)
        for texts, enough in ((questions, SECOND_QUESTION), (parts, SECOND_PART), (stories, SECOND_STORY))
        for text in texts
        if len(texts) > 1 or texts is stories
    )


def _is_elsewhere(text: str, best: Hit, search: Search, enough: float) -> bool:
    """Tell whether a part has an article of its own that is likely enough, and the best one says little to it."""
    if all(item.light for item in read_words(text, best.article.language).items):
        return False
    hits = search(text)
    if not hits or hits[0].article.key == best.article.key or confidence(hits) < enough:
        return False
    here = next((hit.score for hit in hits if hit.article.key == best.article.key), 0.0)
    return here < ELSEWHERE * hits[0].score
