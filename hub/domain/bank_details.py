"""Bank accounts that a text names: what an impostor who wants the rent sent elsewhere cannot do without."""

from __future__ import annotations

import re

# Lengths by country, from the IBAN registry (ISO 13616, SWIFT).
REGISTRY = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 "
    "FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 "
    "LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 "
    "SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
)
LENGTHS = {each[:2]: int(each[2:]) for each in REGISTRY.split()}
BEGINS = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}", re.IGNORECASE)
ROUTING = re.compile(r"\b(?:routing|aba|rtn)\b[^0-9]{0,30}([0-9]{9})(?![0-9])", re.IGNORECASE)
BETWEEN = str.maketrans("", "", " \u00a0\u202f\t\r\n-.")
LONGEST_WRITTEN = 80
LONGEST_READ = 200_000  # of a message, each time it is shown: a page waits for it


def find_accounts(text: str) -> frozenset[str]:
    """Return the IBANs and US routing numbers in a text whose check digits are right, without spaces."""
    ibans = (_iban_at(text, begin.start()) for begin in BEGINS.finditer(text))
    routings = (each for each in ROUTING.findall(text) if _is_routing_number(each))
    return frozenset(each for each in (*ibans, *routings) if each)


def _iban_at(text: str, at: int) -> str:
    """Return the IBAN that begins at a place, or nothing (ISO 13616: modulo 97)."""
    written = text[at : at + LONGEST_WRITTEN].translate(BETWEEN).upper()
    found = written[: LENGTHS.get(written[:2], 0)]
    if not found or not found.isascii() or not found.isalnum() or len(found) < LENGTHS[found[:2]]:
        return ""
    digits = "".join(str(int(each, 36)) for each in found[4:] + found[:4])
    return found if int(digits) % 97 == 1 else ""


def _is_routing_number(digits: str) -> bool:
    """Tell whether nine digits are a routing number (ABA: weights 3, 7, 1)."""
    return sum(int(each) * weight for each, weight in zip(digits, (3, 7, 1) * 3, strict=True)) % 10 == 0
