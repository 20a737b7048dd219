"""The description of the API tells the truth: what it allows is answered as it says, what it forbids is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from apiflask import APIFlask
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Company, Task
from tests.api.arrivals import take_in
from tests.api.conftest import Program, program_as
from tests.factories import make_contact, make_lease, make_unit, save

SPEC = "/api/v1/openapi.json"
EXAMPLES = 3
LEFT_OUT = [positive_data_acceptance, negative_data_rejection, ignored_auth]


@pytest.fixture
def description(app: APIFlask) -> dict[str, Any]:
    found: dict[str, Any] = app.test_client().get(SPEC).get_json()
    return found


def test_every_address_of_the_contract_is_described(description: dict[str, Any]) -> None:
    assert {
        "/api/v1/tickets",
        "/api/v1/tickets/{number}",
        "/api/v1/tickets/{number}/messages",
        "/api/v1/envelopes/{envelope_id}",
        "/api/v1/envelopes/{envelope_id}/raw",
        "/api/v1/outbox",
        "/api/v1/inbound/email",
        "/api/v1/contacts",
        "/api/v1/properties",
        "/api/v1/units",
        "/api/v1/leases",
        "/api/v1/tasks",
        "/api/v1/articles",
        "/api/v1/metrics",
    } <= set(description["paths"])
    assert all(path.startswith("/api/v1/") for path in description["paths"])


def test_every_operation_says_who_may_and_what_may_go_wrong(description: dict[str, Any]) -> None:
    assert description["security"] == [{"token": []}]
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            assert {"401", "403", "default"} <= set(operation["responses"]), (method, path)
            assert operation["summary"], (method, path)


def test_the_description_names_no_address_of_a_request(app: APIFlask) -> None:
    answer = app.test_client().get(SPEC, headers={"Host": "evil.example"})

    assert "evil.example" not in answer.text


@pytest.mark.slow
def test_what_the_description_says_is_so(app: APIFlask, desk: Desk, company: Company) -> None:
    program = program_as(app, desk, company, Role.ADMIN)
    message = take_in(desk, company)
    program.post(f"/tickets/{message.ticket_id}/messages", json={"kind": "reply", "text": "We come at nine."})
    make_lease(desk, make_unit(desk, company), make_contact(desk, company))
    save(desk, Task(company_id=company.id, kind="repair", title="Tap", team="maintenance"))
    schema = schemathesis.openapi.from_wsgi(SPEC, app)

    for operation in schema.get_all_operations():
        assert isinstance(operation, Ok)
        for mode in GenerationMode:
            probe(operation.ok(), mode, program)


def probe(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, program: Program) -> None:
    """Call one operation with what it allows or what it forbids, the same each time.

    Left out are the checks that take a status alone for right or wrong: a value of the right shape may still mean nothing
    (a cursor of nobody's, a domain that cannot be), and some of what is forbidden looks the same once it is in a query.
    Who may come in has tests of its own.
    """

    @seed(4711)
    @settings(
        max_examples=EXAMPLES,
        deadline=timedelta(seconds=20),
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(operation.as_strategy(generation_mode=mode))
    def check(case: Case[Any]) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {program.token}"},
            excluded_checks=LEFT_OUT,
        )

    check()
