"""Public holidays of countries and their regions, from the library `holidays` (ISO 3166 codes, official calendars)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache


def public_holidays(country: str, region: str, years: tuple[int, ...], language: str = "en") -> Mapping[date, str]:
    """Return the public holidays of some years by their day; none for a country that nobody knows."""
    if not country or country not in _known() or region not in {"", *regions(country)}:
        return {}
    return _found(country, region, years, language)


def countries() -> tuple[str, ...]:
    """Return the codes of the countries whose holidays are known."""
    return tuple(sorted(code for code in _known() if len(code) == 2))


def regions(country: str) -> tuple[str, ...]:
    """Return the codes of a country's regions with holidays of their own."""
    return tuple(_known().get(country, ()))


@lru_cache(maxsize=1)
def _known() -> Mapping[str, list[str]]:
    import holidays  # noqa: PLC0415 - takes a third of a second: only where somebody keeps holidays

    found: Mapping[str, list[str]] = holidays.list_supported_countries()
    return found


@lru_cache(maxsize=256)
def _found(country: str, region: str, years: tuple[int, ...], language: str) -> Mapping[date, str]:
    import holidays  # noqa: PLC0415 - as above

    spoken = holidays.country_holidays(country).supported_languages
    wanted = next((each for each in spoken if each.split("_")[0] == language), None)
    named = wanted or next((each for each in spoken if each.startswith("en")), None)
    return dict(holidays.country_holidays(country, subdiv=region or None, years=years, language=named))
