"""Quote an article: a passage good enough to send as an answer, and a text message of at most two segments."""

from __future__ import annotations

import unicodedata
from itertools import groupby

from knowledgebase.article import Article
from knowledgebase.plain import Part, read_parts
from knowledgebase.sentences import split_sentences
from knowledgebase.words import read_words

PASSAGE_LENGTH = 600
LINK = "{link}"
# Room kept for the short link that takes the place of `LINK`.
LINK_LENGTH = 40
# 3GPP TS 23.038: the letters of a text message of 160, or 153 in each of several segments; any other letter makes the
# whole message UCS-2 with 70, or 67 in each of several.
GSM_LETTERS = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("^{}\\[~]|€")
GSM_TWO_SEGMENTS = 2 * 153
UCS2_TWO_SEGMENTS = 2 * 67
PLAINER = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "\u00a0": " ",
        "×": "x",
        "°": " ",
    }
)
WAYS_ON = {
    "en": "Reply 1 = solved, 2 = a person.",
    "es": "Responda 1 = resuelto, 2 = una persona.",
    "de": "Antwort 1 = erledigt, 2 = ein Mensch.",
}


def passage(article: Article, question: str = "", *, limit: int = PASSAGE_LENGTH) -> str:
    """Quote the opening of an article and, where there is room, the section nearest to a question."""
    parts = read_parts(article.body_markdown)
    opening = [part for part in parts if not part.heading] or parts[:1]
    chosen = _fitting(opening, limit)
    room = limit - sum(len(line) + 1 for line in chosen)
    section = _nearest_section(parts, question, article.language)
    if section and room > 80:
        chosen.extend(_fitting(section, room - 1))
    while chosen and chosen[-1].endswith(":"):
        chosen.pop()
    return "\n".join(chosen) or _fitting_text(article.summary, limit)


def text_message(article: Article, *, link_length: int = LINK_LENGTH) -> str:
    """Put an article into at most two segments of a text message, with `{link}` where its short link belongs."""
    ways_on = WAYS_ON.get(article.language, WAYS_ON["en"])
    said = _gsm(article.summary or passage(article).replace("\n", " "))
    limit = GSM_TWO_SEGMENTS if _is_gsm(said) else UCS2_TWO_SEGMENTS
    # A letter of the extension table takes the place of two.
    room = limit - link_length - len(ways_on) - 2 - sum(letter in GSM_EXTENDED for letter in said)
    short = _fitting_text(said, room) or _gsm(article.title)[:room]
    return f"{short} {LINK} {ways_on}"


def _fitting(parts: list[Part], limit: int) -> list[str]:
    """Take parts from the first until one does not fit; a paragraph that does not fit gives its first sentences."""
    lines: list[str] = []
    left = limit
    for part in parts:
        mark = f"{part.step}. " if part.step else "- " if part.listed else ""
        line = mark + part.text
        if len(line) > left:
            if not part.listed and (shorter := _fitting_text(part.text, left)):
                lines.append(shorter)
            break
        lines.append(line)
        left -= len(line) + 1
    return lines


def _fitting_text(text: str, limit: int) -> str:
    """Take as many whole sentences as fit."""
    kept = ""
    for sentence in split_sentences(text):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > limit:
            break
        kept = longer
    return kept


def _nearest_section(parts: list[Part], question: str, language: str) -> list[Part]:
    """Choose the section that shares most words and concepts with a question, the first one when none shares any."""
    sections = [list(section) for heading, section in groupby(parts, key=lambda part: part.heading) if heading]
    if not sections:
        return []
    asked = read_words(question, language)
    wanted = set(asked.stems) | asked.concepts

    def shared(section: list[Part]) -> int:
        words = read_words(" ".join([section[0].heading, *(part.text for part in section)]), language)
        return len(wanted & (set(words.stems) | words.concepts))

    return max(sections, key=shared)


def _gsm(text: str) -> str:
    """Write a text in the letters of GSM 03.38 where it loses nothing but accents."""
    plain = "".join(letter if letter in GSM_LETTERS else _unaccented(letter) for letter in text.translate(PLAINER))
    return plain if _is_gsm(plain) else text


def _unaccented(letter: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
    return bare if bare and _is_gsm(bare) else letter


def _is_gsm(text: str) -> bool:
    return all(letter in GSM_LETTERS or letter in GSM_EXTENDED for letter in text)
