"""Several questions in one statement."""

from __future__ import annotations

from sqlalchemy import event, func, select

from hub.db import db
from hub.desk import Desk
from hub.models import Company, Contact, Identity
from hub.services.together import read_together
from tests.factories import make_company, make_contact


def test_each_question_has_its_own_answer_although_they_are_one_statement(desk: Desk) -> None:
    company = make_company(desk)
    aylin = make_contact(desk, company, email="aylin@example.com", phone="+12025550123")
    jan = make_contact(desk, company, name="Jan Novak")
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", note := lambda *given: asked.append(str(given[2])))

    try:
        companies, people, addresses, none, counted = read_together(
            desk.session,
            select(Company),
            select(Contact).where(Contact.company_id == company.id),
            select(Contact.name, Identity).join(Identity, Identity.contact_id == Contact.id),
            select(Contact).where(Contact.name == "Nobody"),
            select(func.count().label("how_many")).select_from(Identity),
        )
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

    assert companies == [company]
    assert {each.id for each in people} == {aylin.id, jan.id}
    assert sorted((name, identity.value) for name, identity in addresses) == [
        ("Aylin Demir", "+12025550123"),
        ("Aylin Demir", "aylin@example.com"),
    ]
    assert (none, counted) == ([], [2])
    assert len(asked) == 1


def test_rows_that_say_nothing_are_answers_too(desk: Desk) -> None:
    make_contact(desk, make_company(desk))

    blocked, names = read_together(desk.session, select(Contact.blocked_at), select(Contact.name))

    assert (blocked, names) == ([None], ["Aylin Demir"])


def test_the_same_question_about_others_is_answered_about_them(desk: Desk) -> None:
    company = make_company(desk)
    people = [make_contact(desk, company, name=name).id for name in ("Aylin Demir", "Jan Novak", "Mira Olsen")]
    aylin, jan, mira = people

    def asked(*numbers: int, name: str, most: int) -> list[list[object]]:
        some = select(Contact.id).where(Contact.id.in_(numbers)).order_by(Contact.id).limit(most)
        return read_together(desk.session, some, select(Contact.id).where(Contact.name == name))

    assert asked(aylin, jan, name="Jan Novak", most=1) == [[aylin], [jan]]
    assert asked(mira, name="Aylin Demir", most=5) == [[mira], [aylin]]
    assert [sorted(map(str, each)) for each in asked(*people, name="Nobody", most=2)] == [[str(aylin), str(jan)], []]
