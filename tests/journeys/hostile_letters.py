"""What a hostile sender writes into every field there is: payloads by the handful, through every door of the product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from email.header import Header
from urllib.parse import quote
from uuid import uuid4

from playwright.sync_api import APIRequestContext

from tests.bad_input.payloads import REMOTE, SCRIPTS, Payload
from tests.journeys.visiting import Program
from tests.web.visitors import token_on

LONGEST_NAME, LONGEST_TEXT, LONGEST_COMMENT = 195, 1500, 3900
PIXEL = "R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="
SWALLOWING = ("<plaintext", "<xmp", "<!--", "<template", "<noscript", "<math", "<svg", "<style", "<form")


def hostile_mail(payloads: Sequence[Payload], remote: Sequence[Payload]) -> bytes:
    """Return a mail with payloads as its sender's name, its subject, its words, its page, and its files' names and ids."""
    words = " ".join(each.words for each in payloads)
    encoded = Header(words, "utf-8").encode(linesep="\r\n")
    ordered = sorted([*payloads, *remote], key=lambda each: each.source.startswith(SWALLOWING))
    page = "".join(f"<div>{each.html}</div>" for each in ordered)
    parts = [f"Content-Type: text/html; charset=utf-8\r\n\r\n{page}\r\n"]
    parts += [
        f"Content-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <{each.words}>\r\n"
        f"Content-Disposition: attachment; filename*=utf-8''{quote(each.words, safe='')}.gif\r\n\r\n{PIXEL}\r\n"
        for each in payloads
    ]
    body = "".join(f"--hostile\r\n{part}" for part in (f"Content-Type: text/plain\r\n\r\n{words}\r\n", *parts))
    head = (
        f"From: {encoded} <hostile.{uuid4().hex[:8]}@example.com>\r\n"
        f"To: lindenhof@example.org\r\nSubject: {encoded}\r\n"
        f"Message-ID: <{uuid4()}@example.com>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="hostile"\r\n\r\n'
    )
    return f"{head}{body}--hostile--\r\n".encode()


def send_mails(program: Program) -> list[int]:
    """Send every payload in some mail, and return the numbers of the tickets."""
    groups = list(fitting(LONGEST_NAME))
    remote = list(handfuls(REMOTE, -(-len(REMOTE) // len(groups))))
    mails = [hostile_mail(group, remote[at] if at < len(remote) else ()) for at, group in enumerate(groups)]
    with ThreadPoolExecutor(4) as pool:
        return sorted(pool.map(program.arrive, mails))


def send_texts(request: APIRequestContext, url: str) -> None:
    """Send every payload by text from the phone of the demo's first resident."""
    token = token_on(request.get(f"{url}/sandbox").text())
    for words in filled(LONGEST_TEXT):
        request.post(f"{url}/sandbox/texts", form={"csrf_token": token, "text": words}, fail_on_status_code=True)


def send_report(request: APIRequestContext, url: str, payloads: Sequence[Payload]) -> None:
    """Fill the public form with payloads: name, subject, home, words, and the name of a file."""
    page = request.get(f"{url}/report").text()
    words = " ".join(each.words for each in payloads)
    form = {
        "csrf_token": token_on(page),
        "form_id": str(uuid4()),
        "text": words,
        "subject": words[:LONGEST_NAME],
        "name": words[:LONGEST_NAME],
        "unit": words[:LONGEST_NAME],
        "email": f"hostile.{uuid4().hex[:8]}@example.com",
    }
    file = {"name": payloads[0].words.replace("/", ""), "mimeType": "text/html", "buffer": payloads[0].html.encode()}
    request.post(f"{url}/report", multipart={**form, "files": file}, fail_on_status_code=True)


def filled(most: int) -> Iterator[str]:
    """Yield texts of at most so many characters that hold every payload once."""
    return (" ".join(each.words for each in some) for some in fitting(most))


def fitting(most: int) -> Iterator[Sequence[Payload]]:
    """Yield every script payload once, as many at a time as fit into so many characters."""
    some: list[Payload] = []
    for each in SCRIPTS:
        if sum(len(one.words) + 1 for one in [*some, each]) > most:
            yield some
            some = []
        some.append(each)
    yield some


def handfuls(payloads: Sequence[Payload], size: int) -> Iterator[Sequence[Payload]]:
    """Yield payloads a few at a time."""
    for start in range(0, len(payloads), size):
        yield payloads[start : start + size]
