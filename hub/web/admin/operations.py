"""The settings of how operations work, as the list of all settings names them."""

from __future__ import annotations

from hub.domain.assignment import Rule
from hub.models import Company
from hub.services.operations.assigning import TEAMS, rule_of
from hub.web.language import _, ngettext
from hub.web.viewmodels.admin import Setting


def operations_settings(company: Company) -> tuple[Setting, ...]:
    """Return what can be set about tasks, and how it stands at a company."""
    ruled = sum(rule_of(company, team).rule is not Rule.NOBODY for team in TEAMS)
    return (
        Setting(
            label=_("Who gets tasks"),
            url=f"/admin/assignees?company={company.slug}",
            words=ngettext("%(num)s team has a rule", "%(num)s teams have a rule", ruled)
            if ruled
            else _("whoever takes them"),
        ),
        Setting(
            label=_("Slack"),
            url=f"/admin/slack?company={company.slug}",
            words=_("tasks as messages with buttons"),
        ),
        Setting(
            label=_("Tasks by mail"),
            url=f"/admin/task-mail?company={company.slug}",
            words=_("for operations without Slack"),
        ),
        Setting(
            label=_("Webhooks"),
            url=f"/admin/webhooks?company={company.slug}",
            words=_("which programs are told what happens"),
        ),
    )
