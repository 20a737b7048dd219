"""The words around what the stories say: greetings, signatures, and what the desk writes by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hub.models import Article, Company

GREETINGS = {
    "en": ("Hello {first},", "Kind regards\n{agent}"),
    "de": ("Guten Tag {name},", "Viele Grüße\n{agent}"),
    "es": ("Hola {first}:", "Un saludo\n{agent}"),
    "tr": ("Merhaba {first},", "Saygılarımla\n{agent}"),
    "pl": ("Dzień dobry,", "Pozdrawiam\n{agent}"),
}
FAREWELLS = {
    "en": ("Best regards\n{name}", "Thanks,\n{first}", "{first}", "Thank you!\n{name}", "", "Regards\n{name}"),
    "de": ("Mit freundlichen Grüßen\n{name}", "Viele Grüße\n{name}", "{name}"),
    "es": ("Saludos,\n{name}", "{first}"),
    "tr": ("İyi günler\n{name}", "{name}"),
    "pl": ("Pozdrawiam\n{name}",),
}
NEWS_WITHIN = timedelta(hours=4)
DID_IT_HELP = (
    "Did this help? If so, there is nothing more to do. If you still need a person, just reply and one will answer."
)


def as_reply(body: str, *, channel: str, language: str, name: str, agent: str, company: str) -> str:
    """Return an agent's answer as it leaves: texts are short, all else has a greeting and a name under it."""
    if channel == "sms":
        return body
    hello, farewell = GREETINGS.get(language, GREETINGS["en"])
    greeting = hello.format(first=name.split(" ", maxsplit=1)[0], name=name) if name else "Hello,"
    return f"{greeting}\n\n{body}\n\n{farewell.format(agent=agent)}\n{company}"


def as_letter(body: str, *, channel: str, language: str, name: str, random: Random) -> str:
    """Return what a person wrote, with the name under it that mails have."""
    if channel != "email" or not name:
        return body
    farewell = random.choice(FAREWELLS.get(language, FAREWELLS["en"]))
    return f"{body}\n\n{farewell.format(first=name.split(' ', maxsplit=1)[0], name=name)}".rstrip()


def acknowledgement(company: Company, number: int, name: str, at: datetime) -> str:
    """Return the words that say that a message has arrived."""
    hello = f"Hello {name}, we" if name else "We"
    due = (at + NEWS_WITHIN).astimezone(ZoneInfo(company.time_zone))
    return (
        f"{hello} have your message: it is number #{number}. You will hear from us by {due:%A %H:%M}. "
        f"In an emergency call {company.emergency_phone}.\n{company.name}"
    )


def article_answer(article: Article, url: str, *, channel: str) -> str:
    """Return what the help centre says to a question, with the way to the whole article."""
    if channel == "sms":
        return f"{article.summary} {url}"
    return f"{article.summary}\n\nThe whole article: {url}\n\n{DID_IT_HELP}"
