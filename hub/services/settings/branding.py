"""How a company speaks and looks: its name, the name its mail is sent under, the signature below it, its colour."""

from __future__ import annotations

from dataclasses import dataclass

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.contrast import PAPER, READABLE, contrast, is_colour
from hub.domain.placeholder import placeholders
from hub.domain.signature import KNOWN
from hub.errors import Invalid
from hub.models import Company
from hub.services.staff.scope import must_administer

LONGEST_NAME = 80
LONGEST_SIGNATURE = 1_000


@dataclass(frozen=True, slots=True)
class Brand:
    """What an administrator types: `sends_as` and `signature` may hold `{{agent}}` and `{{company}}`."""

    name: str
    sends_as: str = ""
    signature: str = ""
    accent: str = ""


def brand_of(company: Company) -> Brand:
    """Return what is set."""
    return Brand(company.name, company.sends_as, company.signature, company.accent)


def keep_brand(desk: Desk, actor: Actor, company: Company, brand: Brand) -> None:
    """Keep how a company speaks and looks; raises `Forbidden`, and `Invalid` for what nobody could read."""
    must_administer(actor, company.id, "keep a company's name and signature")
    name = _line(brand.name, "name", "Name")
    if not name:
        raise Invalid("Name: say what the company is called.", field="name")
    sends_as = _line(brand.sends_as, "sends_as", "Sending name")
    refuse_unknown("sends_as", "Sending name", sends_as)
    signature = checked_signature(brand.signature)
    company.name, company.sends_as, company.signature = name, sends_as, signature
    company.accent = _readable(brand.accent.strip())
    desk.session.flush()


def _line(text: str, field: str, label: str) -> str:
    cleaned = " ".join(text.replace("\0", "").split())
    if len(cleaned) > LONGEST_NAME:
        raise Invalid(f"{label}: keep it under {LONGEST_NAME} characters.", field=field)
    return cleaned


def checked_signature(text: str) -> str:
    """Return a signature as it is kept; raises `Invalid` for one nobody could read."""
    signature = text.replace("\0", "").replace("\r\n", "\n").strip()
    if len(signature) > LONGEST_SIGNATURE:
        raise Invalid(f"Signature: keep it under {LONGEST_SIGNATURE:,} characters.", field="signature")
    refuse_unknown("signature", "Signature", signature)
    return signature


def refuse_unknown(field: str, label: str, text: str, known: tuple[str, ...] = KNOWN) -> None:
    """Raise `Invalid` for a placeholder that would stay as it is."""
    unknown = next((each for each in placeholders(text) if each not in known), None)
    if unknown is not None:
        words = " and ".join(f"{{{{{each}}}}}" for each in known)
        raise Invalid(f"{label}: {{{{{unknown}}}}} means nothing here. Use {words}.", field=field)


def _readable(accent: str) -> str:
    if not is_colour(accent):
        raise Invalid("Colour: write it as #0B5F75.", field="accent")
    found = contrast(accent, PAPER)
    if found < READABLE:
        raise Invalid(
            f"Colour: white words on {accent} have a contrast of {found:.1f}, and need {READABLE}: choose a darker one.",
            field="accent",
        )
    return accent.upper()
