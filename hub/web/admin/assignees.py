"""The setting of who gets a team's tasks: by building, by trade, or by turns."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.assignment import AssignmentRule, Rule
from hub.domain.task_kinds import TRADES
from hub.errors import Invalid
from hub.models import Company
from hub.services.operations.assigning import LONGEST_ROTA, TEAMS, homes_of, rule_of, who_works, write_rule
from hub.web.admin.company import chosen_company, error_at, settings_link
from hub.web.admin.views import admin
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm
from hub.web.viewmodels.parts import Choice, Field, Form, Link
from hub.web.words import queue_words


@admin.get("/assignees")
def show_assignees() -> str:
    """Show who gets a team's tasks."""
    return _page(chosen_company(), _team())


@admin.post("/assignees")
def keep_assignees() -> str | Response | tuple[str, int]:
    """Keep who gets a team's tasks."""
    desk, company, team = current_desk(), chosen_company(), _team()
    given = {name: words for name, words in request.form.items() if name not in {"company", "csrf_token", "_method"}}
    try:
        with desk.transaction():
            write_rule(desk, actor(), company, team, given)
    except Invalid as error:
        return _page(company, team, given, error), 422
    add_toast(_("Saved"))
    return redirect(f"/admin/assignees?company={company.slug}&team={team}")


def rule_words(rule: Rule) -> str:
    """Return a rule's name."""
    return {
        Rule.NOBODY: _("Whoever takes it"),
        Rule.PROPERTY: _("By building"),
        Rule.TRADE: _("By trade"),
        Rule.ROTA: _("By turns"),
    }[rule]


def _page(company: Company, team: str, given: Mapping[str, str] | None = None, error: Invalid | None = None) -> str:
    kept = rule_of(company, team)
    typed = given or {}
    asked = typed.get("rule", request.args.get("rule", kept.rule))
    rule = Rule(asked) if asked in set(Rule) else kept.rule
    people = who_works(current_desk(), company.id)

    def person(name: str, label: str, present: int | None, nobody: str) -> Field:
        value = typed.get(name, str(present or ""))
        choices = [("", nobody), *((str(number), words) for number, words in people)]
        return Field(
            name=name,
            label=label,
            kind="select",
            choices=tuple(Choice(value=each, label=words, selected=each == value) for each, words in choices),
            error=error_at(error, name),
        )

    fields = [
        Field(name="company", label="", kind="hidden", value=company.slug),
        Field(name="team", label="", kind="hidden", value=team),
        Field(name="rule", label="", kind="hidden", value=rule),
    ]
    fields += [
        person(name, label, present, _("Nobody")) for name, label, present in _asked(company, rule, kept, len(people))
    ]
    if rule is not Rule.NOBODY:
        fields.append(person("otherwise", _("All others"), kept.otherwise, _("Whoever takes it")))
    address = f"/admin/assignees?company={company.slug}"
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Who gets tasks of %(team)s at %(company)s", team=queue_words(team), company=company.name),
        back=settings_link(),
        intro=_(
            "A new task goes to whom the rule names, and so does one that another team hands over. Now: %(rule)s. "
            "Everybody can be given a task by hand on its page.",
            rule=rule_words(kept.rule),
        ),
        rows=(
            *(Link(label=queue_words(each), url=f"{address}&team={each}", current=each == team) for each in TEAMS),
            *(
                Link(label=rule_words(each), url=f"{address}&team={team}&rule={each}", current=each is rule)
                for each in Rule
            ),
        ),
        form=Form(action="/admin/assignees", fields=tuple(fields), submit=_("Save: %(rule)s", rule=rule_words(rule))),
    )
    return render_template("admin/form.html", page=page)


def _asked(company: Company, rule: Rule, kept: AssignmentRule, people: int) -> list[tuple[str, str, int | None]]:
    """Return what a rule asks for: name and label of each question, and who stands there now."""
    if rule is Rule.PROPERTY:
        homes = homes_of(current_desk(), company.id)
        return [(f"property-{home}", name, kept.properties.get(home)) for home, name in homes]
    if rule is Rule.TRADE:
        return [(f"trade-{trade}", _(words), kept.trades.get(trade)) for trade, words in TRADES]
    if rule is Rule.ROTA:
        turns = (*kept.rota, *(None,) * LONGEST_ROTA)[: max(1, min(people, LONGEST_ROTA))]
        return [(f"turn-{place}", _("Turn %(n)s", n=place), each) for place, each in enumerate(turns, start=1)]
    return []


def _team() -> str:
    team = request.values.get("team", "")
    return team if team in TEAMS else TEAMS[0]
