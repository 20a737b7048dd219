"""The lines that mail clients put above what they quote: attributions, header blocks, dividers, in many languages.

Rules before words: a line that dates and names a writer is an attribution in any language. The words only widen that.
Every check looks at a bounded number of lines of bounded length.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MAX_LINE = 400
_MAX_ATTRIBUTION_LINES = 4
_MAX_HEADER_LINES = 12
_SIGNS = ":：>-*_"  # what ends a line above a quotation, where no verb does
_LONGEST_VERB = 40  # characters, with what stands before it


class Mark(StrEnum):
    """What stands above the history."""

    ATTRIBUTION = "attribution"
    HEADERS = "headers"
    DIVIDER = "divider"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class Found:
    """A mark and the line after its last; `prefix` is what the writer put on the same line before it."""

    mark: Mark
    end: int
    prefix: str = ""


_WROTE = (
    r"wrote|writes|sent|said|schrieb|schreibt|geschrieben|[ée]crit|escribi[óo]|escribe|ha scritto|scritto|scrive|escreveu"
    r"|schreef|geschreven|skrev|skriver|kirjoitti|napisa[łl](?:\(?a\)?)?|pisze|napsal\(?a?\)?|nap[íi]sal|написал\(?а?\)?"
    r"|пишет|написав|пише|írta|a scris|έγραψε|yazdı|yazmış|đã viết|menulis|va escriure|je napisao|је написао|napisao"
    r"|pisao|rašė|rakstīja|kirjutas|כתב|כתבה|كتب|کتب|نوشت|写道|寫道|写了|のメール|書きました|님이 작성"
)
_VERB = re.compile(rf"(?:^|[\s,;>\"'(])(?:{_WROTE})(?=$|[\s,:：;<\"'(-])", re.IGNORECASE)
_VERB_LAST = re.compile(rf"(?:^|[\s,;>\"')])(?:{_WROTE})$", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s<>@\"']{1,100}@[^\s<>@\"']{2,100}")
_TIME = re.compile(r"\d{1,2}\s?[:.hH]\s?\d{2}(?!\d)")
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?(?!\d)|\d{1,2}\.? [^\W\d]{3,12}\.?,? ?\d{0,4}"
)
# a number among the first words: 'On 11-Apr', 'Am Di., 3.', 'W dniu 28', '2014-10-17', 'ср, 30 апр.'
_DATED_START = re.compile(r"[^\w<]{0,3}(?:[^\W\d]{1,14}[.,]?[^\w<]{1,3}){0,4}\d")
_SHARED_LINE = re.compile(
    r"(?P<prefix>.*?\S)(?:\s+|-{2,}\s*)(?:-{2,}\s*)?"
    r"On (?:[A-Z][a-z]{2,8},? )?(?:[A-Z][a-z]{2,8} \d|\d{1,2} [A-Z]|\d{1,4}[/.-]\d).{5,200}\bwrote:\s*$"
)


def find_attribution(lines: Sequence[str], at: int, quoted: Sequence[bool]) -> Found | None:
    """Tell whether an attribution begins at a line: 'On <date>, <name> wrote:', broken over up to four lines."""
    first = lines[at].strip()
    if not first or len(first) > MAX_LINE:
        return None
    shared = _SHARED_LINE.match(first) if first.endswith("wrote:") else None
    if shared and _quoted_next(lines, at + 1, quoted):
        return Found(Mark.ATTRIBUTION, at + 1, shared["prefix"].rstrip("- "))
    end = _attribution_end(lines, at, quoted)
    if end is None:
        return None
    # text may stand right above: the last dated line from which the same end is reached is where it begins
    for later in range(at + 1, end):
        if _is_dated(lines[later].strip().partition("@")[0]) and _attribution_end(lines, later, quoted) == end:
            return None
    return Found(Mark.ATTRIBUTION, end)


def _attribution_end(lines: Sequence[str], at: int, quoted: Sequence[bool]) -> int | None:
    joined = ""
    for end in range(at, min(len(lines), at + _MAX_ATTRIBUTION_LINES + 2)):
        line = lines[end].strip()
        if not line:
            # only an address may follow after a blank line, as some clients wrap it
            if end + 1 < len(lines) and lines[end + 1].lstrip().startswith("<") and joined:
                continue
            return None
        joined = f"{joined} {line}".strip()
        if len(joined) > MAX_LINE:
            return None
        complete = line[-1] in _SIGNS or _ends_with_verb(line)
        if complete and _is_attribution(joined, quoted_next=_quoted_next(lines, end + 1, quoted)):
            return end + 1
        if not _DATED_START.match(lines[at].strip()):
            return None
    return None


def _ends_with_verb(line: str) -> bool:
    return (line[-1].isalpha() or line[-1] == ")") and bool(_VERB_LAST.search(line[-_LONGEST_VERB:]))


def _quoted_next(lines: Sequence[str], at: int, quoted: Sequence[bool]) -> bool:
    for index in range(at, min(len(lines), at + 4)):
        if lines[index].strip():
            return quoted[index]
    return False


def _is_attribution(text: str, *, quoted_next: bool) -> bool:
    """Judge one or more lines joined: who wrote, when, and that a text is announced."""
    dashed = text.startswith("--") and text.endswith("--")
    core = text.strip(" -_*")
    announced = core.endswith((":", "："))
    core = core.rstrip(":： ")
    wrote = bool(_VERB.search(core))
    address = bool(_EMAIL.search(core))
    timed = bool(_TIME.search(core))
    dated = _is_dated(core)
    if announced:
        if dated and ((wrote and (address or timed or quoted_next)) or (address and timed)):
            return True
        return bool(_VERB_LAST.search(core)) and len(core) < 200 and (address or (quoted_next and len(core) < 80))
    if text.endswith(">") and text.count("<") == text.count(">") and dated and address and quoted_next:
        return True
    return bool(_VERB_LAST.search(core)) and (dashed or (dated and timed and (address or quoted_next)))


def _is_dated(text: str) -> bool:
    return bool(_DATED_START.match(text)) and bool(_DATE.search(text))


_LABELS = {
    "from": "from|von|de|van|da|od|fra|från|lähettäjä|от|отправитель|від|kimden|gönderen|feladó|de la|expéditeur|remitente"
    "|mittente|remetente|από|από|מאת|من|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|từ|dari|sender",
    "date": "date|sent|datum|gesendet|gesendet am|fecha|enviado|enviado el|enviada|enviada em|enviado em|data|inviato"
    "|inviato il|envoyé|envoyé le|message du|verzonden|wysłano|wysłane|data wysłania|sendt|dato|skickat|lähetetty"
    "|päiväys|дата|отправлено|надіслано|tarih|gönderme tarihi|gönderildi|dátum|elküldve|odesláno|datum odeslání|trimis"
    "|ημερομηνία|στάλθηκε|תאריך|נשלח|التاريخ|تاريخ الإرسال|发送时间|發送時間|日期|日時|送信日時|보낸 날짜|ngày|tanggal",
    "to": "to|an|à|a|para|aan|do|til|till|vastaanottaja|kenelle|кому|kime|alıcı|címzett|komu|către|προς|אל|إلى|收件人|收件者"
    "|宛先|받는 사람|đến|kepada|empfänger|destinataire|destinatario|cc|pour|kopie|copie à|copia|kopia|копия",
    "subject": "subject|betreff|asunto|objet|oggetto|assunto|onderwerp|temat|emne|ämne|aihe|тема|konu|tárgy|předmět|predmet"
    "|subiect|θέμα|נושא|الموضوع|主题|主旨|件名|제목|chủ đề|subjek|sujet",
}
_CATEGORY = {label: category for category, labels in _LABELS.items() for label in labels.split("|")}
_INNER_LABEL = re.compile(r"(?<=[\s*])([^\W\d]{2,12})\s?[:：]")
_LABEL = re.compile(r"[\s*_]{0,8}([^\W\d][^:：*\n]{0,24}?)[\s*_]{0,4}[:：][\s*_]{0,4}(.*)")


def find_headers(lines: Sequence[str], at: int) -> Found | None:
    """Tell whether a block of From, Sent, To and Subject lines begins at a line, in any known language."""
    category, value = read_label(lines[at])
    if category not in ("from", "date", "subject"):
        return None
    # HTML that had the block in one paragraph
    seen = {category} | {_CATEGORY.get(word.lower(), "") for word in _INNER_LABEL.findall(value)} - {""}
    address = bool(_EMAIL.search(value))
    end, strangers = at + 1, 0
    for index in range(at + 1, min(len(lines), at + _MAX_HEADER_LINES)):
        line = lines[index]
        if not line.strip():
            break
        category, value = read_label(line)
        address = address or bool(_EMAIL.search(line[:MAX_LINE]))
        if category:
            seen.add(category)
            end, strangers = index + 1, 0
        elif (strangers := strangers + 1) > 2:
            break
    enough = len(seen) >= 3 or (len(seen) == 2 and address and bool(seen & {"from", "to"}))
    return Found(Mark.HEADERS, end) if enough and seen != {"from", "to"} else None


def read_label(line: str) -> tuple[str, str]:
    """Return the category of a `From: value` line (from, date, to, subject, or nothing) and its value."""
    found = _LABEL.match(line[:MAX_LINE])
    return (_CATEGORY.get(found[1].strip().lower(), ""), found[2]) if found else ("", "")


_ORIGINAL = re.compile(
    r"original (?:message|appointment|mail|e-?mail)|reply message|urspr(?:ü|ue)ngliche (?:nachricht|e-?mail|mail)"
    r"|(?:original|antwort)[ -]?nachricht|oprindelig (?:meddelelse|besked)|opprinnelig melding|opprinnelig e-?post"
    r"|originalmeddelande|ursprungligt meddelande|message d['’ ]?origine|message original|mensaje original"
    r"|correo original|mensagem original|messaggio originale|oorspronkelijk bericht|origineel bericht"
    r"|alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna|původní zpráva|pôvodná správa|eredeti üzenet"
    r"|исходное сообщение|пересылаемое сообщение|оригинальное сообщение|orijinal (?:mesaj|ileti)|özgün ileti"
    r"|mesaj original|αρχικό μήνυμα|الرسالة الأصلية|原始邮件|原始郵件|元のメッセージ|원본 메(?:시|세)지|tin nhắn gốc|pesan asli",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"forwarded (?:message|by)|begin forwarded|weitergeleitete (?:nachricht|e-?mail)|message transféré|message réexpédié|début du message"
    r"|mensaje reenviado|mensagem (?:reencaminhada|encaminhada)|messaggio (?:inoltrato|originale inoltrato)"
    r"|inizio messaggio inoltrato|doorgestuurd bericht|begin doorgestuurd|videresendt|vidarebefordrat|vidaresänt"
    r"|edelleenlähetetty|przekazana wiadomość|wiadomość przekazana|přeposlaná zpráva|továbbított üzenet"
    r"|пересланное сообщение|переадресоване|iletilen (?:mesaj|ileti)|mesaj redirecționat|转发(?:的)?邮件|轉寄|転送",
    re.IGNORECASE,
)
_RULED = re.compile(r"[\s*>]*[-_=~—–]{2,}[ \t]*(\S.{1,60}?)[ \t]*[-_=~—–]{2,}\s*")


def find_divider(lines: Sequence[str], at: int) -> Found | None:
    """Tell whether a line says 'Original Message' or 'Forwarded message' between dashes, or as Apple Mail does."""
    line = lines[at][:MAX_LINE]
    ruled = _RULED.fullmatch(line)
    if ruled:
        if _FORWARDED.search(ruled[1]):
            return Found(Mark.FORWARD, at + 1)
        return Found(Mark.DIVIDER, at + 1) if _ORIGINAL.search(ruled[1]) else None
    bare = line.strip()
    if len(bare) < 60 and bare.endswith((":", "：")) and _FORWARDED.search(bare):
        return Found(Mark.FORWARD, at + 1)
    return None


# How a divider, a label or a date begins: what none of them begins, and no sign or verb ends, is no mark, as nearly all
# that people write.
_MAY_BEGIN = re.compile(
    rf"[\s*>]*[-_=~—–]{{2}}|[\s*_]{{0,8}}[^\W\d][^:：*\n]{{0,24}}[\s*_]{{0,4}}[:：]|{_DATED_START.pattern}"
)


def find_mark(lines: Sequence[str], at: int, quoted: Sequence[bool]) -> Found | None:
    """Return the mark that begins at a line, or None."""
    line = lines[at].strip()
    if not line:
        return None
    may_end = line[-1] in _SIGNS or len(lines[at]) > MAX_LINE
    if not may_end and not _MAY_BEGIN.match(line) and not _ends_with_verb(line):
        return None
    return find_divider(lines, at) or find_headers(lines, at) or find_attribution(lines, at, quoted)
