"""Where a signature begins: the standard mark, what telephones add, closings, and the feet of mailing lists."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MAX_SIGNATURE_LINES = 20
_MAX_CLOSING_LINES = 8
_MAX_FOOT_LINES = 8

_DELIMITER = re.compile(r"--\s?\s?")  # RFC 3676 4.3, and what is left of it when a server strips trailing spaces
# one line, no sentence: 'Sent from my desk, it is nicer here.' is text
_DEVICE = r"(?: [^\s,.;:!?]+(?:\.[^\s,.;:!?]+)*){1,6}"
_MOBILE = re.compile(
    rf"(?:sent (?:from|with|via|using){_DEVICE}(?: \(\S+\))?|get outlook for \S+|envoyé (?:de|depuis|à partir de){_DEVICE}"
    rf"|gesendet (?:von|mit|über){_DEVICE}|von mein\w* \S+(?: \S+)? gesendet|enviado (?:desde|de|do|a partir do){_DEVICE}"
    rf"|inviato (?:da|dal){_DEVICE}|verzonden (?:vanaf|met|via|van){_DEVICE}|verstuurd vanaf{_DEVICE}"
    rf"|skickat från{_DEVICE}|sendt fra{_DEVICE}|lähetetty{_DEVICE}|wysłane z{_DEVICE}|odesláno z{_DEVICE}"
    rf"|отправлено (?:с|из){_DEVICE}|надіслано з{_DEVICE}|trimis de pe{_DEVICE}|\S+ (?:cihazımdan|tarafından)"
    rf" gönderildi|\S*iphone\S*から送信|发自我的\s?\S+|從我的 \S+ 傳送|나의 \S+에서 보냄|hol dir outlook für \S+"
    rf"|obtener outlook para \S+|scarica outlook per \S+|download outlook voor \S+|télécharger outlook pour \S+)"
    r"(?:\s?<[^<>\s]*>?)?[.!]?",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?:with |very |my |all the )?(?:best|kind|kindest|warm|warmest)? ?regards|best wishes|many thanks and regards"
    r"|cheers|yours (?:sincerely|faithfully|truly)|(?:mit )?(?:viele[nr]?|beste[nr]?|freundliche[nr]?|liebe[nr]?|schöne[nr]?)"
    r" gr(?:ü|ue)(?:ß|ss)en?|mfg|vg|lg|hochachtungsvoll|cordialement|bien à vous|(?:bien )?cordialement|salutations"
    r"|atentamente|un (?:cordial )?saludo|saludos(?: cordiales)?|cordiali saluti|distinti saluti|met vriendelijke groeten?"
    r"|mvg|med vänliga? hälsning(?:ar)?|vänliga hälsningar|mvh|med venlig hilsen|venlig hilsen|(?:med )?vennlig hilsen"
    r"|hilsen|kh|pozdrawiam|z (?:poważaniem|powazaniem)|s pozdravem|с уважением|saygılarımla|атентно|ystävällisin terveisin)"
    r"[,.!]?",
    re.IGNORECASE,
)
_FOOT_RULE = re.compile(r"_{2,}")
_FOOT = re.compile(r"https?://|mailing list|unsubscribe|abmelden|désabonn", re.IGNORECASE)
_RULE = re.compile(r"[\s*>]*[-_=~—*]{3,}\s*")


def cut_signature(lines: Sequence[str]) -> list[str]:
    """Return the lines without the signature below them.

    A single word keeps its signature: who says no more than 'Yes' is known by it.
    """
    kept = list(lines)
    for find in (_list_foot, _standard, _mobile, _closing):
        at = find(kept)
        if at is not None and len(" ".join(kept[:at]).split()) > 1:
            kept = kept[:at]
    while kept and (not kept[-1].strip() or _RULE.fullmatch(kept[-1][:200])):
        kept.pop()
    return kept


def _standard(lines: Sequence[str]) -> int | None:
    first = max(0, len(lines) - _MAX_SIGNATURE_LINES)
    return next((at for at in range(first, len(lines)) if _DELIMITER.fullmatch(lines[at][:10])), None)


def _mobile(lines: Sequence[str]) -> int | None:
    """Find what a telephone adds; a paragraph of its own, and what stands below it is history without a mark."""
    for at, line in enumerate(lines):
        alone = at == 0 or not lines[at - 1].strip()
        if alone and len(line) < 200 and _MOBILE.fullmatch(line.strip()):
            return at
    return None


def _closing(lines: Sequence[str]) -> int | None:
    """Find a closing with only a few short lines below it."""
    below = 0
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at].strip()
        if _CLOSING.fullmatch(line[:60]):
            return at
        below += bool(line)
        if below > _MAX_CLOSING_LINES or len(line) > 60:
            return None
    return None


def _list_foot(lines: Sequence[str]) -> int | None:
    for at in range(max(0, len(lines) - _MAX_FOOT_LINES), len(lines)):
        if _FOOT_RULE.fullmatch(lines[at].strip()[:200]) and any(_FOOT.search(line[:400]) for line in lines[at + 1 :]):
            return at
    return None
