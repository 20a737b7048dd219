"""Articles that change while they are quoted: drafts, answers and links go on, readers are told, agents see it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from classifiers.classifier import Band, Triage
from classifiers.labels import Priority, Queue
from hub.domain.access import Role
from hub.errors import Forbidden, Invalid, NotFound
from hub.models import Article, GivenAnswer, Message
from hub.services.help.article_changes import (
    Writing,
    publish,
    restore,
    times_used,
    versions_of,
    withdraw,
    write_article,
)
from hub.services.help.article_files import find_neighbours
from hub.services.help.article_import import seed_articles
from hub.services.help.articles import entry_of, publish_articles
from hub.services.help.asking import ask
from hub.services.help.help_centre import find_article, list_related, search_articles
from hub.services.help.quoted_articles import find_unreadable, unreadable_words
from hub.services.inbox.conversation import open_conversation
from hub.services.inbox.drafts import save_draft
from hub.services.sending.reply import Draft, reply
from hub.services.tickets.tickets import find_ticket
from knowledgebase.article import Audience
from tests.factories import make_agent, make_company
from tests.services.steps import Office, mail, outbox, take_in, thinking, triage_all

QUESTION = "How do I get a name plate on the letterbox?"
ASKING = Triage("name-plate", Queue.FRONT_DESK, Priority.NORMAL, 0.9, Band.SILENT)
PARCELS = Writing(
    title="Where parcels wait",
    body="They wait in the **orange cupboard** by the lift.",
    summary="Parcels wait in the orange cupboard.",
    phrasings=("Where are parcels left in the house?", "  ", "Where are parcels left in the house?"),
    published=True,
)


@pytest.fixture
def writing(office: Office) -> Office:
    """Return a company with the first articles whose people send the drafts."""
    # Numbers and times begin anew with each test: the articles kept by one test are not those of the next.
    office.desk.shelves.indexes.clear()
    office.desk.shelves.stamps.clear()
    with office.desk.transaction():
        seed_articles(office.desk, office.company.id)
    return replace(office, desk=thinking(office.desk, ASKING))


def plate(office: Office) -> Article:
    return office.desk.session.scalars(
        select(Article).where(Article.slug == "name-plate", Article.audience == "residents")
    ).one()


def asked(office: Office) -> Message:
    (message,) = take_in(office.desk, mail(QUESTION))
    triage_all(office.desk)
    return message


def renamed(office: Office, title: str = "Your name on bell and letterbox") -> Article:
    article = plate(office)
    words = Writing(
        title, article.body, article.summary, article.topic, phrasings=tuple(article.phrasings), published=True
    )
    with office.desk.transaction():
        return write_article(office.desk, office.maria, office.company, words, article_id=article.id)


def test_a_written_article_is_found_searched_and_answered_from_at_once(writing: Office) -> None:
    with writing.desk.transaction():
        article = write_article(writing.desk, writing.maria, writing.company, PARCELS)

    (found, *_) = search_articles(writing.desk, writing.company.id, "residents", "orange cupboard")
    said = ask(writing.desk, writing.company.id, "Where are parcels left in the house?", audience=Audience.RESIDENTS)
    assert found.article.id == article.id
    assert said.article is not None
    assert said.article.id == article.id
    assert article.phrasings == ["Where are parcels left in the house?"]


def test_a_draft_article_is_nobodys_to_find(writing: Office) -> None:
    with writing.desk.transaction():
        article = write_article(writing.desk, writing.maria, writing.company, replace(PARCELS, published=False))

    with pytest.raises(NotFound):
        find_article(writing.desk, writing.company.id, "residents", article.id)
    assert article.title not in [
        each.article.title for each in search_articles(writing.desk, writing.company.id, "residents", "orange cupboard")
    ]


def test_under_another_name_the_old_address_and_links_to_it_still_lead_there(writing: Office) -> None:
    article = renamed(writing)

    neighbour = writing.desk.session.scalars(
        select(Article).where(Article.slug == "doorbell", Article.audience == "residents")
    ).one()
    neighbour.related = ["name-plate"]
    assert article.slug == "your-name-on-bell-and-letterbox"
    assert find_neighbours(writing.desk, neighbour)["name-plate"] == article.id
    assert list_related(writing.desk, neighbour)[0].id == article.id


def test_a_file_that_is_published_again_finds_its_article_under_the_new_name(writing: Office) -> None:
    before = entry_of(plate(writing))
    article = renamed(writing)

    with writing.desk.transaction():
        publish_articles(writing.desk, writing.company.id, [before])

    again = writing.desk.session.scalars(
        select(Article.id).where(Article.slug == "name-plate", Article.language == "en")
    )
    assert again.all() == []
    assert article.title == before.title


def test_two_articles_never_share_an_address(writing: Office) -> None:
    with writing.desk.transaction():
        first = write_article(writing.desk, writing.maria, writing.company, PARCELS)
        second = write_article(writing.desk, writing.maria, writing.company, PARCELS)

    assert (first.slug, second.slug) == ("where-parcels-wait", "where-parcels-wait-2")


def test_readers_of_an_article_that_was_taken_out_are_told_so(writing: Office) -> None:
    article = plate(writing)
    with writing.desk.transaction():
        withdraw(writing.desk, writing.maria, article.id)

    with pytest.raises(NotFound, match="taken out of the help centre"):
        find_article(writing.desk, writing.company.id, "residents", article.id)


def test_nothing_is_answered_from_an_article_that_was_taken_out(writing: Office) -> None:
    with writing.desk.transaction():
        withdraw(writing.desk, writing.maria, plate(writing).id)

    said = ask(writing.desk, writing.company.id, QUESTION, audience=Audience.RESIDENTS)

    assert said.article is None or said.article.slug != "name-plate"


def test_a_drafted_answer_whose_article_is_gone_is_no_longer_offered(writing: Office) -> None:
    message = asked(writing)
    before = open_conversation(writing.desk, find_ticket(writing.desk, writing.maria, message.ticket_id)).suggestions
    with writing.desk.transaction():
        withdraw(writing.desk, writing.maria, plate(writing).id)

    after = open_conversation(writing.desk, find_ticket(writing.desk, writing.maria, message.ticket_id)).suggestions
    assert before[0][1].slug == "name-plate"
    assert "name-plate" not in [article.slug for _, article in after]


def test_an_agents_draft_with_a_dead_link_is_told_and_not_sent(writing: Office) -> None:
    desk, message, article = writing.desk, asked(writing), plate(writing)
    text = f"See http://desk.example.org/help/residents/articles/{article.id}-name-plate and /k/{article.id}."
    with desk.transaction():
        save_draft(desk, writing.maria, message.ticket_id, "reply", text)
        withdraw(desk, writing.maria, article.id)

    told = unreadable_words(find_unreadable(desk, writing.company.id, text))
    with pytest.raises(Invalid, match="not in the help centre any more") as refused, desk.transaction():
        reply(desk, writing.maria, message.ticket_id, Draft(text))

    assert article.title in told
    assert refused.value.field == "body"
    assert outbox(desk, "reply") == []


def test_a_link_to_a_renamed_article_is_no_dead_link(writing: Office) -> None:
    article = renamed(writing)

    text = f"See http://desk.example.org/help/residents/articles/{article.id}-name-plate."
    assert find_unreadable(writing.desk, writing.company.id, text) == []


def test_another_companys_article_is_nobodys_business(writing: Office) -> None:
    other = make_company(writing.desk, "Park Homes")
    boss = make_agent(writing.desk, other, "Robin Sander", Role.ADMIN)
    with writing.desk.transaction():
        secret = write_article(writing.desk, boss, other, replace(PARCELS, published=False))

    assert find_unreadable(writing.desk, writing.company.id, f"/k/{secret.id}") == []
    with pytest.raises(NotFound):
        withdraw(writing.desk, writing.maria, secret.id)
    with pytest.raises(Forbidden):
        write_article(writing.desk, writing.maria, other, PARCELS)


def test_what_was_answered_from_it_keeps_its_title(writing: Office) -> None:
    asked(writing)
    article = plate(writing)
    with writing.desk.transaction() as session:
        session.delete(article)

    given = writing.desk.session.scalars(select(GivenAnswer).execution_options(populate_existing=True)).one()
    assert given.article_id is None
    assert given.title


def test_every_version_is_kept_and_can_be_had_back(writing: Office) -> None:
    desk = writing.desk
    with desk.transaction():
        article = write_article(desk, writing.maria, writing.company, PARCELS)
        write_article(
            desk, writing.maria, writing.company, replace(PARCELS, body="In the cellar."), article_id=article.id
        )
        first = versions_of(desk, article)[-1]
        restore(desk, writing.maria, article.id, first.id)

    assert article.body == PARCELS.body
    assert [each.change for each in versions_of(desk, article)] == ["restored", "written", "published", "written"]
    assert {each.agent_name for each in versions_of(desk, article)} == {"Maria Keller"}


def test_an_article_comes_back_into_the_help_centre(writing: Office) -> None:
    article = plate(writing)
    with writing.desk.transaction():
        withdraw(writing.desk, writing.maria, article.id)
        publish(writing.desk, writing.maria, article.id)

    assert find_article(writing.desk, writing.company.id, "residents", article.id).withdrawn_at is None


def test_replies_that_point_at_an_article_are_counted(writing: Office) -> None:
    message, article = asked(writing), plate(writing)
    with writing.desk.transaction():
        reply(
            writing.desk,
            writing.maria,
            message.ticket_id,
            Draft(f"See http://desk.example.org/help/residents/articles/{article.id}-name-plate"),
        )

    assert times_used(writing.desk, article) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(PARCELS, title="  "), "title"),
        (replace(PARCELS, title="x" * 201), "title"),
        (replace(PARCELS, body=" "), "body"),
        (replace(PARCELS, summary="x" * 601), "summary"),
        (replace(PARCELS, audience="everybody"), "audience"),
        (replace(PARCELS, phrasings=tuple(map(str, range(21)))), "phrasings"),
    ],
)
def test_what_is_no_article_is_refused_by_field(writing: Office, wrong: Writing, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        write_article(writing.desk, writing.maria, writing.company, wrong)

    assert refused.value.field == field
