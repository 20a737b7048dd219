"""Mail as a property manager gets it, by seed: text beside HTML, photos now and then, answers into threads."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

PHOTO_BYTES = 100 * 1024
PHOTO_SHARE = 0.10
REPLY_SHARE = 0.30
TO = "desk@example.org"

_FIRST = [
    "Ada",
    "Amir",
    "Aylin",
    "Bruno",
    "Carla",
    "Chloe",
    "Dana",
    "Elif",
    "Emil",
    "Farah",
    "Greta",
    "Hana",
    "Ivo",
    "Jana",
    "Kofi",
    "Lena",
    "Milan",
    "Nora",
    "Omar",
    "Petra",
]
_LAST = [
    "Adler",
    "Becker",
    "Costa",
    "Demir",
    "Engel",
    "Farkas",
    "Gruber",
    "Haddad",
    "Ito",
    "Jansen",
    "Keller",
    "Lopez",
    "Moreau",
    "Novak",
    "Okoye",
    "Weber",
]
_SUBJECTS = (
    "The tap in the kitchen drips", "Question about the service charge", "Key for the bicycle room", "Lease from May on",
    "Somebody to look at the lift", "New bank account for the rent", "Noise from the flat above",
    "The letter box does not close", "Parking space number twelve", "Light in the stairwell", "Moving out in March",
    "Mould behind the wardrobe", "Which paint is allowed", "The radiator in the bath stays lukewarm", "Rubbish bins",
)  # fmt: skip
_SENTENCES = (
    "I noticed it last weekend and it has become worse since.", "Somebody came two months ago, but the repair did not hold.",
    "I am at home on weekdays after five, and on Fridays all day.", "Please tell me what you need from me to go on.",
    "My neighbour on the same floor has the very same trouble.", "The caretaker looked at it and said a plumber is needed.",
    "I have put two pictures into this message so that you can see it.", "The last statement shows an amount I cannot explain.",
    "We signed the papers in autumn and heard nothing more about it.", "Is there a form for this, or is a short note enough?",
    "If a craftsman comes, please call before: the bell is out of order.", "It is not urgent, but it should not wait for months.",
    "My contract says that the landlord takes care of such things.", "Could you confirm that you have received this message?",
    "The number of our flat is on the door, third floor on the left.", "I would be glad of an answer before the end of the week.",
    "We are four people in the household and use the room every day.", "Thank you for looking into this, and kind regards.",
    "The meter stood at four hundred and eleven on the first of the month.", "I can send the invoice again if it got lost.",
)  # fmt: skip
_BEGUN = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)


def write_letters(folder: Path, count: int, seed: int) -> list[Path]:
    """Write letters into a folder, one file each, the same for the same seed; return their paths in order."""
    paths = []
    for number, raw in enumerate(letters(count, seed)):
        path = folder / f"{number:06}.eml"
        path.write_bytes(raw)
        paths.append(path)
    return paths


@dataclass(frozen=True)
class Thread:
    """What somebody began and may write about again."""

    message_id: str
    name: str
    address: str
    subject: str


def letters(count: int, seed: int) -> Iterator[bytes]:
    """Yield raw letters: multipart/alternative, half of them below 3.9 KB, every tenth with a photo of 100 KiB."""
    chance = random.Random(seed)
    threads: list[Thread] = []
    for number in range(count):
        message_id = f"<{seed}.{number}.{chance.getrandbits(48):x}@mail.example.com>"
        if threads and chance.random() < REPLY_SHARE:
            thread = chance.choice(threads[-500:])
            answers = f"In-Reply-To: {thread.message_id}\r\nReferences: {thread.message_id}\r\n"
            subject = f"Re: {thread.subject}"
        else:
            thread = Thread(message_id, *_resident(chance), chance.choice(_SUBJECTS))
            threads.append(thread)
            answers, subject = "", thread.subject
        head = _head(number, message_id, thread, subject, answers)
        yield (head + _content(chance, number, quoted=bool(answers))).encode("ascii")


def sentences(chance: random.Random, count: int) -> list[str]:
    """Draw sentences that somebody could write."""
    return chance.choices(_SENTENCES, k=count)


def _resident(chance: random.Random) -> tuple[str, str]:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    return f"{first} {last}", f"{first}.{last}.{chance.randrange(700)}@example.com".lower()


def _head(number: int, message_id: str, thread: Thread, subject: str, answers: str) -> str:
    date = format_datetime(_BEGUN + timedelta(seconds=7 * number))
    return (
        f"Return-Path: <{thread.address}>\r\n"
        f"Received: from mail.example.com (mail.example.com [192.0.2.17])\r\n"
        f"\tby mx.example.org with ESMTPS id {number:08x} for <{TO}>; {date}\r\n"
        f"Authentication-Results: mx.example.org; dkim=pass header.d=example.com; spf=pass; dmarc=pass\r\n"
        f"From: {thread.name} <{thread.address}>\r\nTo: Front desk <{TO}>\r\nSubject: {subject}\r\n"
        f"Date: {date}\r\nMessage-ID: {message_id}\r\n{answers}MIME-Version: 1.0\r\n"
    )


def _content(chance: random.Random, number: int, *, quoted: bool) -> str:
    lines = [" ".join(chance.choices(_SENTENCES, k=chance.randint(2, 4))) for _ in range(chance.randint(4, 9))]
    history = [f"On 2 Nov 2026, Front desk <{TO}> wrote:", *(f"> {chance.choice(_SENTENCES)}" for _ in range(4))]
    text = "\r\n\r\n".join(lines) + ("\r\n\r\n" + "\r\n".join(history) if quoted else "")
    paragraphs = "\r\n".join(f'<p style=3D"margin:0 0 1em">{line}</p>' for line in lines)
    quote = "\r\n".join(f"<div>{line.removeprefix('> ')}</div>" for line in history[1:])
    old = f'<div class=3D"gmail_quote"><div>{history[0].replace("<", "&lt;")}</div>' if quoted else ""
    old += f"<blockquote>{quote}</blockquote></div>" if quoted else ""
    words = (
        f'Content-Type: multipart/alternative; boundary="a{number}"\r\n\r\n'
        f"--a{number}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        f"--a{number}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        f'<html><body style=3D"font-family:sans-serif">{paragraphs}{old}</body></html>\r\n--a{number}--\r\n'
    )
    if chance.random() >= PHOTO_SHARE:
        return words
    photo = base64.encodebytes(b"\xff\xd8\xff\xe0" + chance.randbytes(PHOTO_BYTES - 4)).decode("ascii")
    return (
        f'Content-Type: multipart/mixed; boundary="m{number}"\r\n\r\n--m{number}\r\n{words}--m{number}\r\n'
        f'Content-Type: image/jpeg; name="photo-{number}.jpg"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="photo-{number}.jpg"\r\n\r\n'
        + photo.replace("\n", "\r\n")
        + f"--m{number}--\r\n"
    )
