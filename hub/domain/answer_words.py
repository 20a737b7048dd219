"""The words around an answer from the help centre, in the languages it answers in: where it stands, and two ways on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WaysOn:
    """The sentences of one language; `yes` and `no` are followed by a link, `here` stands where there are buttons."""

    whole: str
    asks: str
    yes: str
    no: str
    reply: str
    here: str


LANGUAGES = {
    "en": WaysOn(
        "The whole article:",
        "Did this solve it?",
        "Yes, this solved it:",
        "No, I still need a person:",
        "Or just reply, and a person will answer.",
        "Tell us below: this solved it, or you still need a person.",
    ),
    "de": WaysOn(
        "Der ganze Artikel:",
        "Ist es damit gelöst?",
        "Ja, das hat es gelöst:",
        "Nein, ich brauche noch einen Menschen:",
        "Oder antworten Sie einfach, dann schreibt Ihnen ein Mensch.",
        "Sagen Sie es uns unten: Es ist gelöst, oder Sie brauchen noch einen Menschen.",
    ),
    "es": WaysOn(
        "El artículo completo:",
        "¿Queda resuelto con esto?",
        "Sí, queda resuelto:",
        "No, todavía necesito a una persona:",
        "O responda sin más, y le contestará una persona.",
        "Díganoslo abajo: queda resuelto, o todavía necesita a una persona.",
    ),
}


def answer_words(passage: str, url: str, *, language: str, link: str = "") -> str:
    """Return an answer as a mail says it, or, without a `link`, as the portal does, which has buttons of its own."""
    words = LANGUAGES.get(language, LANGUAGES["en"])
    ways = (
        f"{words.asks}\n\n{words.yes} {link}?said=solved\n\n{words.no} {link}?said=person\n\n{words.reply}"
        if link
        else f"{words.asks} {words.here}"
    )
    return f"{passage}\n\n{words.whole} {url}\n\n{ways}"
