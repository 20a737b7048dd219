"""Invented people: names as they are found on the doorbells of three cities, each with an address at example.com."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from random import Random

LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
    }
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Names that go together, and the language their bearers may prefer."""

    language: str
    first: tuple[str, ...]
    last: tuple[str, ...]


def _origin(language: str, first: str, last: str) -> Origin:
    return Origin(language, tuple(first.split()), tuple(last.split()))


GERMAN = _origin(
    "de",
    "Anke Bernd Birte Carsten Dörte Elke Fabian Frauke Gesine Hannes Heike Holger Imke Jochen Jutta Karsten Katrin Lennart "
    "Maike Malte Nele Ole Petra Ralf Renate Rüdiger Silke Sönke Swantje Thore Ulrike Volker Wiebke Wolfram",
    "Ahlers Bornemann Brinkmann Dahlke Eickhoff Fröhling Gerdes Grothe Hagedorn Heitkamp Jessen Kallweit Kirchhoff Klüver "
    "Krumme Lohmann Lüders Mahnke Nordhoff Oellrich Petersen Quandt Rademacher Rohwer Sasse Schlüter Siemers Stolte "
    "Tiedemann Uhlig Voss Wedekind Wiechmann Zander",
)
TURKISH = _origin(
    "tr",
    "Ayşe Baran Burcu Cem Defne Deniz Elif Emre Esra Gülay Hakan İpek Kerem Leyla Mert Nazlı Ozan Selin Tolga Yasemin",
    "Acar Aksoy Altın Bulut Çetin Doğan Erdem Güneş Kaplan Karaca Koç Polat Şahin Tekin Uçar Yalçın Yıldız",
)
POLISH = _origin(
    "pl",
    "Agnieszka Bartek Dorota Ewa Grzegorz Iwona Kamil Kinga Łukasz Magda Marcin Natalia Paweł Tomasz Wiktoria Zofia",
    "Adamczyk Bielak Czarnecki Dudek Gajda Jabłoński Kaczmarek Lis Majewska Olszewski Pawlak Rutkowska Sikora Wrona",
)
ARABIC = _origin(
    "ar",
    "Amal Bilal Dalia Farid Hala Ibrahim Jamila Karim Layla Mariam Nadim Rania Samir Tarek Yara Ziad",
    "Aziz Bakri Darwish Fayad Hamdan Issa Jaber Khalil Mansour Najjar Qasim Rahal Saleh Tamimi Zaher",
)
UKRAINIAN = _origin(
    "uk",
    "Bohdan Daryna Halyna Iryna Kateryna Maksym Mykola Nadiia Oksana Olena Petro Solomiia Taras Yulia",
    "Bondar Danylenko Hrytsenko Kovalchuk Lysenko Marchenko Oliynyk Petrenko Rudenko Savchuk Tkachuk Zinchenko",
)
SPANISH = _origin(
    "es",
    "Alba Beatriz Carmen Diego Elena Fernando Gonzalo Inés Javier Lucía Marcos Nuria Pablo Rosario Sergio Teresa",
    "Aguilar Benítez Carrasco Delgado Espinosa Fuentes Gallardo Herrera Ibáñez Lozano Molina Navarro Pardo Rivas Soler",
)
VIETNAMESE = _origin(
    "en", "Anh Bao Chi Duc Hanh Hoa Lan Linh Minh Nga Phuong Quan Thao Tuan", "Bui Dang Ho Le Ngo Phan Truong Vu"
)
INDIAN = _origin(
    "en",
    "Aditi Arjun Deepa Divya Harish Ishaan Kavita Lakshmi Meera Nikhil Pooja Rohan Sanjay Tara Vikram",
    "Bhatt Chandra Desai Gupta Iyer Joshi Kulkarni Menon Nair Pillai Rao Shetty Trivedi Varma",
)
AFRICAN = _origin(
    "en",
    "Abena Chidi Efua Femi Ifeoma Kofi Kwame Ngozi Oluchi Sade Temitope Wanjiru Yaw Zola",
    "Achebe Adeyemi Boateng Chukwu Danso Eze Kamau Mensah Nwosu Obi Okafor Owusu Sarpong Toure",
)
ENGLISH = _origin(
    "en",
    "Abigail Barry Callum Denise Edith Fergus Gemma Hugh Isla Joan Kieran Lorna Martin Nora Oscar Phoebe Rory Stella Trevor "
    "Una Vince Wendy",
    "Ashdown Barlow Cartwright Dunmore Ellery Fairbairn Garside Hollins Ingham Kershaw Lockwood Marlow Netherby Oakden "
    "Pickering Ridley Sowden Thackray Underhill Wadsworth",
)
AMERICAN = _origin(
    "en",
    "Amber Brandon Cheryl Darnell Erin Floyd Gwen Howard Jolene Keisha Lamar Melody Nate Odessa Preston Ramona Shawn Tamika "
    "Vernon Whitney",
    "Abbott Briggs Calloway Dorsey Emery Fenwick Gaines Hollis Jessup Kirkland Lyles Maddox Norwood Pruitt Rucker Stroud "
    "Tillman Upshaw Vickers Wooten",
)

MIXES: dict[str, tuple[tuple[Origin, int], ...]] = {
    "lindenhof": (
        (GERMAN, 44), (TURKISH, 12), (POLISH, 9), (ARABIC, 8), (UKRAINIAN, 6), (SPANISH, 5), (VIETNAMESE, 4), (INDIAN, 4),
        (AFRICAN, 4), (ENGLISH, 4),
    ),
    "harbor-street": ((AMERICAN, 55), (SPANISH, 18), (AFRICAN, 10), (INDIAN, 7), (VIETNAMESE, 5), (POLISH, 5)),
    "canal-row": ((ENGLISH, 56), (INDIAN, 14), (AFRICAN, 12), (POLISH, 10), (TURKISH, 8)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A person's full name, the language they may prefer, and their mail address."""

    full: str
    language: str
    email: str


class NameBook:
    """Gives out names of one company, none twice."""

    def __init__(self, slug: str, random: Random) -> None:
        self._random = random
        mix = MIXES[slug]
        self._origins = [origin for origin, _ in mix]
        self._weights = [weight for _, weight in mix]
        self._given: set[str] = set()

    def reserve(self, full: str) -> Name:
        """Return the name of somebody the script names, so that nobody else gets it."""
        self._given.add(full)
        return Name(full, "", mail_of(full))

    def draw(self, *, last: str = "") -> Name:
        """Return a name nobody has yet; `last` for the second person of a family."""
        while True:
            (origin,) = self._random.choices(self._origins, self._weights)
            family = last or self._random.choice(origin.last)
            full = f"{self._random.choice(origin.first)} {family}"
            if full not in self._given:
                self._given.add(full)
                return Name(full, origin.language, mail_of(full))


def mail_of(full: str) -> str:
    """Return the address a person of this name has at example.com."""
    spelled = unicodedata.normalize("NFKD", full.translate(LETTERS)).encode("ascii", "ignore").decode().lower()
    return f"{'.'.join(spelled.replace('.', ' ').split())}@example.com"
