"""Who plays whom: residents, owners, craftsmen and strangers for the stories, nobody twice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from hub.demo.rows import Rows
from hub.demo.script import Story
from hub.demo.settling import Known
from hub.models import Contact, Identity

STRANGER = re.compile(r"stranger:(?P<name>[^<+]*)(?:<(?P<mail>[^>]+)>|(?P<phone>\+\d+))")


@dataclass(frozen=True, slots=True)
class Requester:
    """Who writes in a story, and from which address."""

    person: Known
    address: str
    known: bool = True


class Casting:
    """Chooses people of one company."""

    def __init__(self, rows: Rows, people: list[Known], random: Random, company_id: int, named: set[str]) -> None:
        self._rows = rows
        self._company = company_id
        self._by_name = {each.name: each for each in people}
        self._free = [each for each in people if each.name not in named]
        random.shuffle(self._free)

    def choose(self, story: Story) -> Requester:
        """Return who a story is about; raises `LookupError` where nobody fits."""
        who = story.options.get("who", "")
        if who.startswith("stranger:"):
            return self._meet(story, who)
        person = self._by_name[who] if who else self._draw(story)
        return Requester(person, person.phone if story.channel == "sms" else person.email)

    def _draw(self, story: Story) -> Known:
        """Take somebody who fits and has not been on the stage; people who speak the story's language first."""
        language = story.options.get("lang", "en")
        spoken = {language} if language != "en" else {"en", ""}
        fitting = (each for each in self._free if self._fits(story, each))
        chosen = second = next(fitting, None)
        if second is not None and second.language not in spoken:
            chosen = next((each for each in fitting if each.language in spoken), second)
        if chosen is None:
            raise LookupError(f"Nobody can play {story.subject or story.lines[0].text!r}.")
        self._free.remove(chosen)
        return chosen

    @staticmethod
    def _fits(story: Story, person: Known) -> bool:
        role = story.options.get("role", "resident")
        if person.role != role or (role != "craftsman" and not person.unit_label):
            return False
        if story.channel == "sms" and not person.phone:
            return False
        place, _, flat = person.unit_label.rpartition(" ")
        at, floor = story.options.get("at", ""), story.options.get("floor", "")
        return (not at or f"{place} ".startswith(f"{at} ") or place.startswith(at)) and flat.startswith(floor)

    def _meet(self, story: Story, who: str) -> Requester:
        """Make a contact for somebody who writes for the first time."""
        found = STRANGER.fullmatch(who)
        if found is None:
            raise LookupError(f"{who!r} is no stranger: write stranger:Name <mail> or stranger:Name +number.")
        mail, phone = found["mail"] or "", found["phone"] or ""
        name = found["name"].strip()
        number = next(self._rows.ids(Contact, 1))
        self._rows.add(
            Contact,
            id=number,
            company_id=self._company,
            name=name,
            role="",
            language="",
            prefers="",
            note="",
            tags=[],
            trade="",
            insured_until=None,
            demo=True,
            created_at=self._rows.now,
        )
        kind = "phone" if phone else "email"
        self._rows.add(Identity, company_id=self._company, contact_id=number, kind=kind, value=phone or mail)
        person = Known(number, name, mail, phone, "", story.options.get("lang", ""), self._company)
        return Requester(person, phone or mail, known=False)
