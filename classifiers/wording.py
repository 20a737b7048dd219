"""Texts as comparable words: one spelling for accents, scripts, apostrophes and stretched letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

LONGEST = 60_000
"""Characters looked at; what a person needs to say in an emergency stands before them."""

_SENTENCE_END = re.compile(r"[!?;]+|[.]+(?=\s|$)|[。؛؟۔\n\r]+|\s[-–—]+\s")
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_CONTRACTION = re.compile(r"['’`´ʼ](?=(?:t|s|re|ve|ll|m|d)\b)")
# The same in ASCII, where translating is many times quicker than searching: first what ends a sentence, then what is no word.
_DASH = re.compile(r" -+ ")
_ENDS = dict.fromkeys(map(ord, "!?;\r"), "\n") | dict.fromkeys(map(ord, "\t\x0b\x0c\x1c\x1d\x1e\x1f"), " ")
_NO_WORDS = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) != "\n"}
# Letters that mean the same in the languages served, in pairs: Turkish dotless i, Polish l, Persian and Arabic twins,
# and the traditional forms of the Chinese characters that emergencies are written with.
_PAIRS = (
    "ıiłløo\u0629\u0647\u0649\u064a\u06cc\u064a\u06a9\u0643\u06c1\u0647\u06be\u0647\u06d5\u0647"
    "煙烟電电門门氣气燒烧髒脏鎖锁傷伤裡里裏里應应報报樓楼頂顶險险緊紧員员嬰婴關关開开熱热凍冻聞闻覺觉噴喷滿满會会壓压幾几個个兒儿"
    "對对響响聲声號号撬撬槍枪殺杀罵骂衝冲廁厕過过現现灣湾濃浓嗆呛頭头暈晕災灾車车庫库無无進进來来這这們们時时間间問问東东孩孩媽妈爺爷"
    "還还後后牆墙裂裂縫缝斷断線线插插頭头燈灯閃闪爐炉鍋锅淚泪邊边隔隔鄰邻電电梯梯動动從从滲渗麼么"
)
_TWINS = {ord(one): other for one, other in zip(_PAIRS[::2], _PAIRS[1::2], strict=True) if one != other}


class _Bare(dict[int, str | int | None]):
    """Each letter without its accent and as its twin, found once."""

    def __missing__(self, code: int) -> str | int | None:
        letter = chr(code)
        bare = None if unicodedata.combining(letter) or letter == "ـ" else _TWINS.get(code, code)
        if code <= 0xFFFF:  # rare scripts and pictures are looked up again: a text of them all must not fill the memory
            self[code] = bare
        return bare


_BARE = _Bare()


def fold(text: str) -> str:
    """Write a text in one spelling: compatible forms, lower case, without accents or stretched letters."""
    return _STRETCHED.sub(r"\1", _plain(text))


def _plain(text: str) -> str:
    """Write a text in one spelling, but for stretched letters."""
    text = text[:LONGEST]
    if text.isascii():
        lower = text.lower()
        return _CONTRACTION.sub("", lower) if "'" in lower or "`" in lower else lower
    text = _CONTRACTION.sub("", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFKD", text).translate(_BARE)


@lru_cache(maxsize=4)
def sentences(text: str) -> list[list[str]]:
    """Cut a text into sentences of folded words; a Chinese character is a word. Not to be changed: the next asker gets it too."""
    plain = _plain(text)
    if plain.isascii():  # nearly all in languages written in Latin letters, once accents are off
        return _ascii_sentences(plain)
    cut = (_WORD.findall(part) for part in _SENTENCE_END.split(_STRETCHED.sub(r"\1", plain)))
    return [words for words in cut if words]


def _ascii_sentences(plain: str) -> list[list[str]]:
    """Cut a text in small ASCII letters as the expressions above would."""
    ended = plain.translate(_ENDS)
    if " -" in ended:
        ended = _DASH.sub("\n", ended)
    parts = ended.replace(". ", "\n").translate(_NO_WORDS).split("\n")
    return [[*map(_relaxed, words)] for part in parts if (words := part.split())]


@lru_cache(maxsize=8192)
def _relaxed(word: str) -> str:
    """Write a word without stretched letters; texts repeat their words."""
    return _STRETCHED.sub(r"\1", word)


def term_words(text: str) -> list[str]:
    """Cut a term of a rule file into folded words, keeping `*` for 'any letters' and `~` for 'up to three words'."""
    found: list[str] = []
    for piece in text.split():
        if piece == "~":
            found.append(piece)
            continue
        before, after = piece.startswith("*"), len(piece) > 1 and piece.endswith("*")
        parts = _WORD.findall(fold(piece.strip("*")))
        if parts and before:
            parts[0] = "*" + parts[0]
        if parts and after:
            parts[-1] += "*"
        found += parts
    return found


def shown(text: str, terms: Sequence[str], most: int = 4) -> tuple[str, ...]:
    """Show folded terms as they are spelled in the text, best first; groups of letters (`~ink`) stay unseen."""
    spelled: dict[str, str] = {}
    for word in _WORD.findall(text[:LONGEST]):
        spelled.setdefault(fold(word), word)
    found: dict[str, None] = {}
    for term in terms:
        parts = term.split()
        if not term.startswith("~") and all(part in spelled for part in parts) and len(term) > 2:
            joint = "" if "\u3400" <= term[0] <= "\u9fff" else " "
            words = joint.join(spelled[part] for part in parts)
            if not any(words in other for other in found):
                found = {other: None for other in found if other not in words}
                found[words] = None
        if len(found) >= most:
            break
    return tuple(found)
