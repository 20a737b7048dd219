"""The topics of the help centres: how they are called on screen, and which subjects of a message each can answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """A shelf of a help centre. `subjects` are the labels of triage that its articles may answer."""

    slug: str
    names: dict[str, str]
    subjects: frozenset[str]

    def name(self, language: str) -> str:
        """Call the topic in a language, in English where it has no name of its own."""
        return self.names.get(language) or self.names["en"]


def _topic(slug: str, en: str, es: str, de: str, subjects: str) -> Topic:
    return Topic(slug, {"en": en, "es": es, "de": de}, frozenset(subjects.split()))


TOPICS: dict[str, Topic] = {
    topic.slug: topic
    for topic in (
        _topic(
            "heating",
            "Heating and hot water",
            "Calefacción y agua caliente",
            "Heizung und Warmwasser",
            "heating plumbing fees statement",
        ),
        _topic(
            "repairs",
            "Repairs",
            "Reparaciones",
            "Reparaturen",
            "plumbing heating electrical appliance structure mould pest lift common-areas",
        ),
        _topic(
            "keys",
            "Keys, locks and doors",
            "Llaves, cerraduras y puertas",
            "Schlüssel, Schlösser und Türen",
            "locks-and-keys name-plate common-areas",
        ),
        _topic(
            "rent",
            "Rent and payments",
            "Alquiler y pagos",
            "Miete und Zahlung",
            "rent-payment fees statement invoice document-sent",
        ),
        _topic("deposit", "Deposit", "Fianza", "Kaution", "deposit move-out"),
        _topic(
            "moving",
            "Moving in and out",
            "Entrar y salir de la vivienda",
            "Ein- und Auszug",
            "move-out viewing application transfer locks-and-keys name-plate deposit",
        ),
        _topic(
            "lease",
            "Lease and household",
            "Contrato y convivencia",
            "Mietvertrag und Haushalt",
            "renewal sublet transfer name-plate contact-change application move-out insurance",
        ),
        _topic(
            "living",
            "Living together",
            "Vida en el edificio",
            "Zusammenleben",
            "noise common-areas parking pest sublet",
        ),
        _topic(
            "building",
            "House and grounds",
            "Edificio y zonas comunes",
            "Haus und Hof",
            "common-areas parking lift electrical noise",
        ),
        _topic("waste", "Waste and recycling", "Basura y reciclaje", "Müll und Recycling", "common-areas pest"),
        _topic(
            "home",
            "Your home",
            "Su vivienda",
            "Ihre Wohnung",
            "mould heating structure electrical appliance common-areas insurance plumbing",
        ),
        _topic(
            "insurance",
            "Insurance and damage",
            "Seguros y daños",
            "Versicherung und Schäden",
            "insurance plumbing structure",
        ),
        _topic("contact", "Reaching us", "Contacto", "So erreichen Sie uns", "contact-change document-sent invoice"),
        _topic("emergency", "Emergencies", "Emergencias", "Notfälle", ""),
        _topic(
            "statements",
            "Statements and payouts",
            "Liquidaciones y pagos",
            "Abrechnung und Auszahlung",
            "statement owner-report invoice fees document-sent rent-payment",
        ),
        _topic(
            "approvals",
            "Approvals and works",
            "Aprobaciones y obras",
            "Freigaben und Arbeiten",
            "owner-approval invoice structure plumbing heating electrical appliance",
        ),
        _topic(
            "letting",
            "Letting and vacancy",
            "Alquiler y desocupación",
            "Vermietung und Leerstand",
            "viewing application renewal move-out owner-report rent-payment",
        ),
        _topic(
            "money",
            "Fees, reserves and tax",
            "Honorarios, reservas e impuestos",
            "Gebühren, Rücklagen und Steuern",
            "fees statement owner-report invoice",
        ),
        _topic(
            "ownership",
            "Owning and selling",
            "Propiedad y venta",
            "Eigentum und Verkauf",
            "contact-change insurance transfer owner-report document-sent",
        ),
        _topic("general", "Everything else", "Todo lo demás", "Alles andere", ""),
    )
}
# What nobody answers with an article: it asks nothing, or asks for a person.
NEVER_ANSWERED = frozenset(
    {
        "complaint-about-staff",
        "praise-and-thanks",
        "opt-out",
        "verification-mail",
        "advertising",
        "wrong-number",
        "document-sent",
    }
)


def topic_name(slug: str, language: str) -> str:
    """Call a topic in a language; a topic of the company's own is called by its slug in plain words."""
    topic = TOPICS.get(slug)
    return topic.name(language) if topic else slug.replace("-", " ").replace("_", " ").capitalize()


def may_answer(subject: str, topic: str) -> bool:
    """Tell whether an article on a topic may answer a message on a subject (a label of triage, or a topic itself).

    Topics and subjects we do not know never forbid anything: a company names its own.
    """
    subject = subject.replace("_", "-").replace(" ", "-").lower()
    if subject in NEVER_ANSWERED:
        return False
    known = TOPICS.get(topic)
    if subject == topic or known is None or not known.subjects:
        return True
    if subject in TOPICS:
        return bool(TOPICS[subject].subjects & known.subjects)
    if not any(subject in other.subjects for other in TOPICS.values()):
        return True
    return subject in known.subjects
