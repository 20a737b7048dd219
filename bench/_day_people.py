"""Who writes to a desk in a day and who works at it: mail by SMTP and from programs, texts, forms with photos, agents at pages."""

from __future__ import annotations

import io
import random
import re
import smtplib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import requests
from PIL import Image

from bench._intake_letters import letters, sentences
from tests.journeys.running import wait_for
from tests.journeys.visiting import Program
from tests.web.visitors import token_on

TO = "lindenhof@example.org"
SHARES = {"mail by SMTP": 45, "mail by API": 33, "text": 14, "form": 8}
PAGES = ("/inbox/mine", "/inbox/all", "/inbox/unassigned", "/board", "/held", "/help/residents", "/report")
PERSON = re.compile(r'<option value="([^"]+)"')
PATIENCE = 120.0
WORDS = ("water", "lift", "invoice", "noise", "key")


@dataclass
class People:
    """Everybody who writes and everybody who answers, by chance; `address` takes mail by SMTP."""

    url: str
    program: Program
    address: tuple[str, int]
    chance: random.Random
    letters: Iterator[bytes]
    delays: list[float] = field(default_factory=list)
    written: Counter[str] = field(default_factory=Counter)
    again: int = 0
    answered: int = 0
    opened: Counter[int] = field(default_factory=Counter)
    _agent: requests.Session = field(default_factory=requests.Session)
    _residents: list[str] = field(default_factory=list)

    def come_in(self) -> None:
        """Sign an agent in, and learn whose phones there are."""
        page = self._agent.get(f"{self.url}/sandbox", timeout=60).text
        self._residents = PERSON.findall(page)
        form = {"csrf_token": token_on(page), "who": "", "next": "/inbox"}
        self._agent.post(f"{self.url}/sandbox/enter", data=form, timeout=60).raise_for_status()

    def write(self) -> None:
        """Hand one message over; who is refused, or finds nobody there, tries again as mail servers and people do."""
        kind = self.chance.choices(list(SHARES), list(SHARES.values()))[0]
        send = self._sender(kind)
        begun = time.monotonic()
        wait_for(lambda: self._is_taken(send), f"Somebody who takes a {kind}", seconds=PATIENCE)
        self.delays.append(time.monotonic() - begun)
        self.written[kind] += 1

    def work(self, replies: int, pages: int) -> None:
        """Answer the newest tickets that wait and open pages, as agents do; a desk that is just starting again is left alone."""
        try:
            for ticket in self.program.get("/tickets", status="new", limit=str(replies))["items"]:
                words = {"kind": "reply", "text": f"We look after it. {self.chance.getrandbits(24):x}"}
                self.program.post(f"/tickets/{ticket['number']}/messages", words)
                self._open(f"/inbox/all/{ticket['number']}")
                self.answered += 1
            for path in self.chance.choices([*PAGES, f"/search?q={self.chance.choice(WORDS)}"], k=pages):
                self._open(path)
        except (OSError, AssertionError):
            return

    def _open(self, path: str) -> None:
        answer = self._agent.get(f"{self.url}{path}", timeout=60)
        self.opened[answer.status_code] += 1
        for picture in re.findall(r'src="(/attachments/[^"]+/preview)"', answer.text):
            self.opened[self._agent.get(f"{self.url}{picture}", timeout=60).status_code] += 1

    def _is_taken(self, send: Callable[[], None]) -> bool:
        try:
            send()
        except (OSError, AssertionError, smtplib.SMTPException):
            self.again += 1
            return False
        return True

    def _sender(self, kind: str) -> Callable[[], None]:
        words = " ".join(sentences(self.chance, self.chance.randint(1, 3)))
        if kind == "text":
            return lambda: self._text(words)
        if kind == "form":
            machine, photo = f"198.51.100.{self.chance.randrange(1, 255)}", self._draw()
            return lambda: self._fill_in(words, machine, photo)
        raw = next(self.letters)
        if kind == "mail by API":
            return lambda: self._hand_over(raw)
        return lambda: self._deliver(raw)

    def _hand_over(self, raw: bytes) -> None:
        self.program.hand_over(raw)

    def _deliver(self, raw: bytes) -> None:
        with smtplib.SMTP(*self.address, timeout=30) as server:
            server.sendmail("postmaster@example.com", [TO], raw)

    def _text(self, words: str) -> None:
        page = requests.get(f"{self.url}/sandbox", timeout=30)
        form = {"csrf_token": token_on(page.text), "person": self.chance.choice(self._residents), "text": words}
        found = requests.post(f"{self.url}/sandbox/texts", data=form, cookies=page.cookies, timeout=30)
        assert found.status_code == 200, found.status_code

    def _fill_in(self, words: str, machine: str, photo: bytes) -> None:
        head = {"X-Forwarded-For": machine}
        page = requests.get(f"{self.url}/report", headers=head, timeout=30)
        form = {
            "csrf_token": token_on(page.text),
            "text": words,
            "email": f"form{self.chance.randrange(700)}@example.com",
        }
        files = {"files": ("photo.jpg", photo, "image/jpeg")}
        found = requests.post(
            f"{self.url}/report", data=form, files=files, headers=head, cookies=page.cookies, timeout=30
        )
        assert found.status_code == 200, found.status_code

    def _draw(self) -> bytes:
        """Return a photo nobody has sent before: specks, as large as a telephone sends them when it saves data."""
        small = Image.frombytes("RGB", (80, 60), self.chance.randbytes(80 * 60 * 3))
        written = io.BytesIO()
        small.resize((1600, 1200)).save(written, "JPEG", quality=80)
        return written.getvalue()


def make_people(url: str, program: Program, address: tuple[str, int], *, messages: int, seed: int) -> People:
    """Return the people of a day, the same for the same seed."""
    return People(url, program, address, random.Random(seed), letters(messages, seed))
