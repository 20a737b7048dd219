"""The oracle: every message carries a token, and the tokens that came in are the tokens that are there, each once."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count

from tests.letters import make_mail

TOKEN = re.compile(r"TKN-[0-9a-z]+-\d+")
runs = count(1)


@dataclass
class Tally:
    """What was sent in and when, what was seen and when."""

    run: str
    given: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    found: Counter[str] = field(default_factory=Counter)

    @classmethod
    def begin(cls, case: str, seed: int) -> Tally:
        """Return an empty tally whose tokens no other has."""
        return cls(f"{case.lower()}s{seed}r{next(runs)}")

    def token(self) -> str:
        """Return a token that is from now on expected."""
        token = f"TKN-{self.run}-{len(self.given) + 1}"
        self.given[token] = time.monotonic()
        return token

    def mail(self, *, sender: str = "", **more: str) -> bytes:
        """Return a mail of a sender of its own with a token in its text."""
        token = self.token()
        number = len(self.given)
        who = sender or f"Resident {number} <resident{number}.{self.run}@example.com>"
        return make_mail(f"The tap in the kitchen drips. {token}", sender=who, subject=f"Tap {number}", **more)

    def mails(self, number: int) -> list[bytes]:
        """Return some mails."""
        return [self.mail() for _ in range(number)]

    def look(self, texts: Iterable[str]) -> bool:
        """Count the tokens in some texts, all there are at this moment; tell whether none is missing."""
        self.found = Counter(token for text in texts for token in set(TOKEN.findall(text)) if self.run in token)
        now = time.monotonic()
        for token in self.found:
            self.seen.setdefault(token, now)
        return not self.missing

    @property
    def missing(self) -> list[str]:
        """Return the tokens that are nowhere."""
        return [each for each in self.given if each not in self.found]

    @property
    def repeated(self) -> list[str]:
        """Return the tokens that are there more than once."""
        return [token for token, times in self.found.items() if times > 1]

    @property
    def strange(self) -> list[str]:
        """Return the tokens that are there and were never sent in."""
        return [each for each in self.found if each not in self.given]

    @property
    def longest_delay(self) -> float:
        """Return the seconds of the token that took longest to be seen."""
        return max((self.seen[each] - self.given[each] for each in self.seen if each in self.given), default=0.0)


Look = Callable[[], Iterable[str]]
