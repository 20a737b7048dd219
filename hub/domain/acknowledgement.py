"""'We have your message', in the languages we have words for; another language is answered in English."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What is told: the ticket's number, by when the person hears from us (local time), whom to call in danger."""

    number: int
    name: str
    due: datetime | None
    closed: bool
    emergency_phone: str
    company: str


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language; `days` begin on Monday."""

    named: str
    unnamed: str
    closed: str
    due: str
    emergency: str
    days: tuple[str, ...]


LANGUAGES = {
    "en": Words(
        "Hello {name}, we have your message: it is number #{number}.",
        "We have your message: it is number #{number}.",
        "We are closed just now.",
        "You will hear from us by {day} {time}.",
        "In an emergency call {phone}.",
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    ),
    "de": Words(
        "Guten Tag {name}, Ihre Nachricht ist da: Sie hat die Nummer #{number}.",
        "Ihre Nachricht ist da: Sie hat die Nummer #{number}.",
        "Gerade ist geschlossen.",
        "Sie hören von uns bis {day}, {time} Uhr.",
        "Im Notfall rufen Sie {phone} an.",
        ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    ),
    "es": Words(
        "Hola {name}: hemos recibido su mensaje, es el número #{number}.",
        "Hemos recibido su mensaje: es el número #{number}.",
        "Ahora mismo estamos cerrados.",
        "Tendrá noticias nuestras a más tardar el {day} a las {time}.",
        "En caso de emergencia llame al {phone}.",
        ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    ),
    "fr": Words(
        "Bonjour {name}, nous avons bien reçu votre message : il porte le numéro #{number}.",
        "Nous avons bien reçu votre message : il porte le numéro #{number}.",
        "Nos bureaux sont fermés en ce moment.",
        "Vous aurez de nos nouvelles au plus tard {day} à {time}.",
        "En cas d’urgence, appelez le {phone}.",
        ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    ),
    "pl": Words(
        "Dzień dobry {name}, mamy Twoją wiadomość: ma numer #{number}.",
        "Mamy Twoją wiadomość: ma numer #{number}.",
        "Teraz mamy zamknięte.",
        "Odezwiemy się najpóźniej: {day}, {time}.",
        "W nagłym wypadku zadzwoń: {phone}.",
        ("poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela"),
    ),
    "tr": Words(
        "Merhaba {name}, mesajınızı aldık: numarası #{number}.",
        "Mesajınızı aldık: numarası #{number}.",
        "Şu anda kapalıyız.",
        "Size en geç şu zamana kadar yazacağız: {day} {time}.",
        "Acil durumda arayın: {phone}.",
        ("Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar"),
    ),
}


def acknowledgement_words(told: Acknowledgement, language: str) -> str:
    """Return the acknowledgement in a language, in English where we have no words of it."""
    words = LANGUAGES.get(language, LANGUAGES["en"])
    opening = (words.named if told.name else words.unnamed).format(name=told.name, number=told.number)
    sentences = [opening]
    if told.closed:
        sentences.append(words.closed)
    if told.due is not None:
        sentences.append(words.due.format(day=words.days[told.due.weekday()], time=f"{told.due:%H:%M}"))
    if told.emergency_phone:
        sentences.append(words.emergency.format(phone=told.emergency_phone))
    return f"{' '.join(sentences)}\n{told.company}"
