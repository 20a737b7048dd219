"""Trouble on order: a queue of faults that the next matching requests run into."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field


@dataclass
class Fault:
    """One kind of trouble for the next `times` requests whose `METHOD /path` matches `where`.

    `seconds` is how long a silent one stays silent; `retry_after` is a header in seconds; `word` is
    the name of a provider's own error.
    """

    kind: str
    times: int = 1
    where: str = ""
    seconds: float = 30.0
    retry_after: int = 1
    word: str = ""


@dataclass
class Faults:
    """Hands out faults in the order they were scripted, each as often as wanted."""

    kinds: frozenset[str]
    waiting: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def script(self, fault: Fault) -> None:
        """Add a fault; raise ValueError for a kind this stand-in does not have."""
        if fault.kind not in self.kinds:
            raise ValueError(f"no fault {fault.kind!r}; there are {', '.join(sorted(self.kinds))}")
        with self.lock:
            self.waiting.append(fault)

    def take(self, request_line: str) -> Fault | None:
        """Return the fault for a request and count it as used."""
        with self.lock:
            for fault in self.waiting:
                if re.search(fault.where, request_line):
                    fault.times -= 1
                    if fault.times <= 0:
                        self.waiting.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        """Forget what was scripted."""
        with self.lock:
            self.waiting.clear()
