"""What people in danger are told: the desk's own texts, or those a company has put in their place."""

from __future__ import annotations

from collections.abc import Mapping

from classifiers.emergencies import EmergencyKind
from classifiers.safety import languages, safety_text
from hub.desk import Desk
from hub.domain.access import Actor
from hub.errors import Invalid
from hub.models import Company
from hub.services.staff.scope import must_administer

SETTING = "safety_texts"
LONGEST = 600


def safety_words(company: Company, kind: str, language: str) -> str:
    """Return the safety text of a company for a kind of emergency, its emergency number at the end."""
    usual = safety_text(kind, language, phone=company.emergency_phone)
    own = own_texts(company, spoken(language)).get(kind, "")
    return own + usual.removeprefix(safety_text(kind, language)) if own else usual


def own_texts(company: Company, language: str) -> Mapping[str, str]:
    """Return the texts a company has written itself in a language, by kind."""
    texts: Mapping[str, str] = company.settings.get(SETTING, {}).get(language, {})
    return texts


def spoken(language: str) -> str:
    """Return the language a text will be in: the one wanted where there are texts in it, else English."""
    short = language[:2].lower()
    return short if short in languages() else "en"


def write_safety_texts(desk: Desk, actor: Actor, company: Company, language: str, texts: Mapping[str, str]) -> None:
    """Keep a company's own texts in a language; an empty one, or the usual one, brings the usual one back.

    Raises `Forbidden`, and `Invalid` naming the text that is too long.
    """
    must_administer(actor, company.id, "write safety texts")
    if language not in languages():
        raise Invalid("Choose one of the languages.", field="language")
    kept = {}
    for kind in EmergencyKind:
        words = " ".join(texts.get(kind, "").replace("\0", "").split())
        if len(words) > LONGEST:
            raise Invalid(f"This text has {len(words)} characters and may have {LONGEST}: shorten it.", field=kind)
        if words and words != safety_text(kind, language):
            kept[str(kind)] = words
    desk.session.flush()
    desk.session.refresh(company, with_for_update=True)
    all_texts = {**company.settings.get(SETTING, {}), language: kept}
    company.settings = company.settings | {SETTING: {each: some for each, some in all_texts.items() if some}}
