"""The topics of the help centres: how they are called on screen, and which subjects of a message each can answer."""

from __future__ import annotations

from dataclasses import dataclass, field

# The labels of triage, by what they have in common. A label not listed anywhere forbids nothing.
REPAIRS = frozenset({"plumbing", "heating", "electrical", "appliance", "pest", "mould", "structure", "lift", "locks"})
HOUSE = frozenset({"noise", "parking", "amenities", "security", "common-areas", "house-rules"})
DOORS = frozenset({"keys", "locks", "name-plate", "security"})
MONEY = frozenset({"rent-payment", "fees", "deposit", "statement", "invoice", "document", "contact-change"})
LEASES = frozenset({"viewing", "application", "lease-terms", "renewal", "move-out", "transfer", "sublet"})
OWNING = frozenset({"owner-report", "owner-approval"})
# What nobody answers with an article: it asks nothing, or asks for a person.
NEVER_ANSWERED = frozenset({"staff-complaint", "thanks", "opt-out", "verification", "advertising", "wrong-number"})

KNOWN = REPAIRS | HOUSE | DOORS | MONEY | LEASES | OWNING | {"insurance"}


@dataclass(frozen=True, slots=True)
class Topic:
    """A shelf of a help centre. `subjects` are the labels of triage its articles may answer; none means any."""

    slug: str
    names: dict[str, str]
    subjects: frozenset[str] = field(default=frozenset())

    def name(self, language: str) -> str:
        """Call the topic in a language, in English where it has no name of its own."""
        return self.names.get(language) or self.names["en"]


def _topic(slug: str, en: str, es: str, de: str, subjects: frozenset[str] = frozenset()) -> Topic:
    return Topic(slug, {"en": en, "es": es, "de": de}, subjects)


TOPICS: dict[str, Topic] = {
    topic.slug: topic
    for topic in (
        _topic(
            "heating",
            "Heating and hot water",
            "Calefacción y agua caliente",
            "Heizung und Warmwasser",
            REPAIRS | {"fees", "statement", "house-rules"},
        ),
        _topic("repairs", "Repairs", "Reparaciones", "Reparaturen", REPAIRS | HOUSE | {"insurance"}),
        _topic(
            "keys",
            "Keys, locks and doors",
            "Llaves, cerraduras y puertas",
            "Schlüssel, Schlösser und Türen",
            DOORS | HOUSE | REPAIRS | {"contact-change", "fees", "transfer", "lease-terms", "move-out"},
        ),
        _topic("rent", "Rent and payments", "Alquiler y pagos", "Miete und Zahlung", MONEY | LEASES),
        _topic("deposit", "Deposit", "Fianza", "Kaution", MONEY | LEASES),
        _topic(
            "moving",
            "Moving in and out",
            "Entrar y salir de la vivienda",
            "Ein- und Auszug",
            LEASES | DOORS | HOUSE | {"lift", "deposit", "document", "contact-change"},
        ),
        _topic(
            "lease",
            "Lease and household",
            "Contrato y convivencia",
            "Mietvertrag und Haushalt",
            LEASES | MONEY | {"name-plate", "insurance", "house-rules"},
        ),
        _topic(
            "living",
            "Living together",
            "Vida en el edificio",
            "Zusammenleben",
            HOUSE | {"pest", "structure", "heating", "sublet", "transfer", "lease-terms"},
        ),
        _topic("building", "House and grounds", "Edificio y zonas comunes", "Haus und Hof", HOUSE | DOORS | REPAIRS),
        _topic(
            "waste",
            "Waste and recycling",
            "Basura y reciclaje",
            "Müll und Recycling",
            HOUSE | {"pest", "appliance", "move-out"},
        ),
        _topic(
            "home",
            "Your home",
            "Su vivienda",
            "Ihre Wohnung",
            REPAIRS | HOUSE | {"insurance", "statement", "fees", "lease-terms", "move-out", "transfer"},
        ),
        _topic(
            "insurance",
            "Insurance and damage",
            "Seguros y daños",
            "Versicherung und Schäden",
            REPAIRS | HOUSE | {"insurance", "document", "fees", "lease-terms"},
        ),
        _topic("contact", "Reaching us", "Contacto", "So erreichen Sie uns"),
        _topic("emergency", "Emergencies", "Emergencias", "Notfälle"),
        _topic(
            "statements",
            "Statements and payouts",
            "Liquidaciones y pagos",
            "Abrechnung und Auszahlung",
            MONEY | OWNING,
        ),
        _topic(
            "approvals",
            "Approvals and works",
            "Aprobaciones y obras",
            "Freigaben und Arbeiten",
            OWNING | REPAIRS | {"invoice", "fees"},
        ),
        _topic(
            "letting",
            "Letting and vacancy",
            "Alquiler y desocupación",
            "Vermietung und Leerstand",
            LEASES | MONEY | OWNING,
        ),
        _topic(
            "money",
            "Fees, reserves and tax",
            "Honorarios, reservas e impuestos",
            "Gebühren, Rücklagen und Steuern",
            MONEY | OWNING,
        ),
        _topic("ownership", "Owning and selling", "Propiedad y venta", "Eigentum und Verkauf"),
        _topic("general", "Everything else", "Todo lo demás", "Alles andere"),
    )
}


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
    shelf = TOPICS.get(topic)
    if subject == topic or shelf is None or not shelf.subjects:
        return True
    return subject not in KNOWN or subject in shelf.subjects
