"""What to write next, and what each article has spared: counted from what people did, silence as nothing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from hub.clock import FixedClock
from hub.models import Article, GivenAnswer
from hub.services.help.article_import import seed_articles
from hub.services.help.gaps import spared_by_article, what_to_write
from hub.services.help.help_searches import forget_old_searches, note_search, note_spared
from hub.services.sending.reply import Draft, reply
from tests.factories import make_company, save
from tests.services.steps import Office, mail, take_in

BALLOON = (
    "May I fly a balloon from the roof terrace?",
    "Is it allowed to fly a balloon on the terrace of the roof?",
    "Could we fly our balloon from the roof terrace?",
    "Hi, a balloon on the roof terrace: may we fly it?",
    "Flying a balloon from the roof terrace, is that all right?",
)


def looked_for(office: Office, words: str, *, found: int = 0, times: int = 1) -> None:
    with office.desk.transaction():
        for _ in range(times):
            note_search(office.desk, office.company.id, "residents", words, found=found)


def by_hand(office: Office, texts: tuple[str, ...], words: str = "No, sorry: the wind.") -> None:
    for place, text in enumerate(texts):
        (message,) = take_in(office.desk, mail(text, sender=f"p{place}@example.com"))
        with office.desk.transaction():
            reply(office.desk, office.maria, message.ticket_id, Draft(words))


def test_searches_in_vain_are_listed_by_how_often(office: Office) -> None:
    looked_for(office, "balloon", times=3)
    looked_for(office, "xylophone")
    looked_for(office, "keys", found=4, times=9)

    assert [(each.words, each.times) for each in what_to_write(office.desk, office.company.id)] == [
        ("balloon", 3),
        ("xylophone", 1),
    ]


def test_a_question_answered_by_hand_five_times_is_worth_an_article(office: Office) -> None:
    by_hand(office, BALLOON)

    (gap,) = what_to_write(office.desk, office.company.id)
    assert (gap.why, gap.times, gap.audience) == ("by hand", 5, "residents")
    assert "balloon" in gap.words.casefold()
    assert len(gap.tickets) == 5


def test_four_times_are_not_enough(office: Office) -> None:
    by_hand(office, BALLOON[:4])

    assert what_to_write(office.desk, office.company.id) == []


def test_what_was_answered_with_an_article_needs_no_other(office: Office) -> None:
    with office.desk.transaction():
        seed_articles(office.desk, office.company.id)
    number = office.desk.session.scalars(select(Article.id).limit(1)).one()

    by_hand(office, BALLOON, f"See http://desk.example.org/k/{number}")

    assert what_to_write(office.desk, office.company.id) == []


def test_another_companys_searches_are_its_own(office: Office) -> None:
    other = make_company(office.desk, "Park Homes")
    looked_for(office, "balloon")

    assert what_to_write(office.desk, other.id) == []


def test_searches_are_forgotten_after_half_a_year(office: Office, clock: FixedClock) -> None:
    looked_for(office, "balloon")
    clock.at += timedelta(days=181)

    with office.desk.transaction():
        forget_old_searches(office.desk)
    clock.at -= timedelta(days=181)

    assert what_to_write(office.desk, office.company.id) == []


def test_deflection_is_counted_by_article_and_silence_is_nothing(office: Office) -> None:
    with office.desk.transaction():
        seed_articles(office.desk, office.company.id)
    article = office.desk.session.scalars(select(Article).order_by(Article.id).limit(1)).one()
    for place, state in enumerate(("open", "solved", "solved", "person", "silent", "draft", "unchanged")):
        (message,) = take_in(office.desk, mail("xyzzy", sender=f"p{place}@example.com"))
        save(
            office.desk,
            GivenAnswer(
                company_id=office.company.id, ticket_id=message.ticket_id, article_id=article.id, title=article.title,
                channel="email", passage="P", confidence=0.9, state=state, created_at=office.desk.clock.now(),
            ),
        )  # fmt: skip
    with office.desk.transaction():
        note_spared(office.desk, article, place="portal")

    (row,) = spared_by_article(office.desk, office.company.id)

    assert (row.title, row.answered, row.solved, row.person, row.unsent) == (article.title, 5, 2, 1, 1)
