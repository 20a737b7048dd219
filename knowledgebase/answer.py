"""Answer a question from the help centre, or say nothing and why. The one function that every face uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledgebase.article import Article, Audience
from knowledgebase.confidence import confidence
from knowledgebase.gates import MOST_WORDS, WHY, Gate, Search, check_match, check_matter, names_second_matter
from knowledgebase.index import Hit, KnowledgeIndex
from knowledgebase.language import UNKNOWN, detect_language
from knowledgebase.matters import names_matter
from knowledgebase.passages import passage, text_message
from knowledgebase.sentences import Message, read_message
from knowledgebase.topics import NEVER_ANSWERED, may_answer
from knowledgebase.words import read_words

ALTERNATIVES = 3
OVERRULING_CONFIDENCE = 0.85
# As clear a question is none without a matter, though each of its words is said everywhere.
CLEAR_CONFIDENCE = 0.85
MOST_SENTENCES = 8
OTHER = {
    Audience.RESIDENTS: Audience.OWNERS,
    Audience.OWNERS: Audience.RESIDENTS,
}
VOICES = {Audience.RESIDENTS: "resident-voice", Audience.OWNERS: "owner-voice"}


@dataclass(frozen=True, slots=True)
class Alternative:
    """An article an agent may send instead, with how alike it is, 0 to 1."""

    article: Article
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the help centre says to a question.

    `why` is a sentence for staff, `gate` what stopped the answer (`open`: nothing). `article`, `text` (a passage of at
    most 600 letters) and `sms` (at most two segments, with `{link}` where the short link belongs) are there only when
    `answered`. `confidence` is the chance, 0 to 1, that the best article is the right one. `alternatives` are the
    nearest articles, best first, answered or not: suggestions for an agent.
    """

    answered: bool
    why: str
    gate: Gate
    language: str
    confidence: float = 0.0
    article: Article | None = None
    text: str = ""
    sms: str = ""
    alternatives: tuple[Alternative, ...] = ()


def answer(
    question: str,
    *,
    audience: Audience,
    index: KnowledgeIndex,
    language: str = "",
    topic: str | None = None,
    emergency: bool = False,
    sender_known: bool = True,
) -> Answer:
    """Answer a question with a passage of an article, only where it is safe and fits; otherwise say why not.

    `language` is the sender's usual one, counting where the text itself is too short to tell. `topic` is the label that
    triage gave, if any, `emergency` its verdict. A stranger (`sender_known` false) is answered only by a clear match.
    """
    message = read_message(question)
    spoken = _language(question, language, index.languages(audience))
    if not spoken:
        return Answer(False, WHY[Gate.LANGUAGE], Gate.LANGUAGE, UNKNOWN)

    def search(text: str) -> Sequence[Hit]:
        return index.search(text, audience=audience, language=spoken, limit=10)

    hits, asked = _nearest(message, search)
    gate = Gate.EMERGENCY if emergency else check_matter(question, audience, spoken)
    if gate is Gate.OPEN and all(item.light for item in read_words(message.whole, spoken).items):
        gate = Gate.OPEN if message.asking and confidence(hits) >= CLEAR_CONFIDENCE else Gate.EMPTY
    if gate is Gate.OPEN and len(question.split()) > MOST_WORDS:
        gate = Gate.LENGTH
    if gate is Gate.OPEN:
        plain = bool(message.asking) and not names_matter("service", message.question, spoken)
        others = _rivals(index, asked, question, audience, spoken)
        gate = check_match(hits, others, sender_known=sender_known, plain=plain)
    if gate is Gate.OPEN and topic and not _is_on_topic(topic, hits):
        gate = Gate.TOPIC
    if gate is Gate.OPEN and names_second_matter(message, hits[0], search):
        gate = Gate.MATTERS
    return _answer(asked, spoken, gate, hits)


def _is_on_topic(topic: str, hits: Sequence[Hit]) -> bool:
    """Tell whether the best article may answer what triage saw; triage errs too, so a very clear match overrules it."""
    if topic in NEVER_ANSWERED:
        return False
    return may_answer(topic, hits[0].article.topic) or confidence(hits) >= OVERRULING_CONFIDENCE


def _rivals(index: KnowledgeIndex, asked: str, question: str, audience: Audience, language: str) -> Sequence[Hit]:
    """Search for the other audience too, unless the sender speaks plainly as one of this."""
    other = OTHER.get(audience)
    if other is None or names_matter(VOICES[audience], question, language):
        return []
    return index.search(asked, audience=other, language=language, limit=2)


def _nearest(message: Message, search: Search) -> tuple[Sequence[Hit], str]:
    """Search with what is asked and with the whole message, each sentence where nothing is asked, and keep the surest."""
    told = () if message.asking else message.telling[:MOST_SENTENCES]
    texts = dict.fromkeys((message.question, message.whole, *told))
    return max(((search(text), text) for text in texts), key=lambda found: confidence(found[0]))


def _language(question: str, usual: str, written: frozenset[str]) -> str:
    """Choose the language to answer in: that of the question, or the sender's where the question does not tell."""
    detected = detect_language(question)
    if detected in written:
        return detected
    usual = usual.lower().split("-")[0]
    # A text long enough to be told, in none of our languages, is not answered in another.
    return usual if usual in written and detected == UNKNOWN and len(question.split()) < 5 else ""


def _answer(asked: str, language: str, gate: Gate, hits: Sequence[Hit]) -> Answer:
    best = hits[0] if hits else None
    why = WHY[gate].format(
        article=best.article.title if best else "",
        second=hits[1].article.title if len(hits) > 1 else "",
        unknown=", ".join(best.unknown) if best else "",
    )
    alternatives = tuple(Alternative(hit.article, round(hit.score, 3)) for hit in hits[:ALTERNATIVES])
    sure = round(confidence(hits), 3)
    if gate is not Gate.OPEN or best is None:
        return Answer(False, why, gate, language, sure, alternatives=alternatives)
    article = best.article
    return Answer(
        True, why, gate, language, sure, article, passage(article, asked), text_message(article), alternatives
    )
