"""How every number is counted, in one table."""

from __future__ import annotations

from hub.web.language import _
from hub.web.viewmodels.metrics import Figure
from hub.web.viewmodels.parts import Table


def glossary_figures() -> tuple[Figure, ...]:
    """Return the table of every number, what is counted, on which day, and what is left out."""
    rows = (
        (
            _("First answer"),
            _("From the first message of a person to the first public reply by a person."),
            _("The day of the reply."),
            _("Machine answers, acknowledgements, notes, and replies taken back before they left."),
        ),
        (
            _("Next answer"),
            _("From the message that has waited longest to the reply, on every turn after the first."),
            _("The day of the reply."),
            _("As above."),
        ),
        (
            _("Solution"),
            _("From the first message to the last closing of the ticket."),
            _("The day of the closing."),
            _("Tickets opened again since, and tickets merged into another."),
        ),
        (
            _("Opened again"),
            _("A closed ticket to which the person wrote within its time, or which an agent opened."),
            _("The day it was opened again."),
            _("A closing that was undone."),
        ),
        (
            _("Business hours"),
            _("Minutes in the hours of the queue's team, else of the company, without its holidays."),
            "",
            _("They are the hours kept now: whoever changes them has every length counted anew."),
        ),
        (
            _("Promise kept or missed"),
            _("Every promise once: kept when it was answered in time, missed when its time passed."),
            _("The day it was answered, or fell due."),
            _("What was closed or merged unanswered before it was due."),
        ),
        (
            _("Backlog"),
            _("Open tickets at this moment, by the age of their first message."),
            _("Now."),
            _("Quarantined mail, and what was imported as history."),
        ),
        (
            _("Per 100 units"),
            _("Tickets opened for a property, divided by its units, times 100."),
            _("The day of opening."),
            _("Tickets of nobody's property."),
        ),
        (
            _("Solved by an article alone"),
            _("Tickets the help centre answered, that were closed without a reply by a person."),
            _("The day of the closing."),
            _("An estimate: silence may be disappointment."),
        ),
        (
            _("NPS"),
            _("Percent of 9 and 10 minus percent of 0 to 6; interval: adjusted Wald, Rocks (2016)."),
            _("The day of the first answer; a change of mind within a day replaces the score."),
            _(
                "Answers to nothing we asked; from fewer than 20 answers no NPS of a person, property or audience is said."
            ),
        ),
        (
            _("Median, 90 % within"),
            _("Of whole minutes, cut down: the middle one, and the nearest rank of nine in ten."),
            "",
            "",
        ),
    )
    return (
        Figure(
            id="counted",
            question=_("How is it counted?"),
            answer=_("Everything is counted from the tickets' histories, which nobody can change."),
            table=Table(
                caption=_("Numbers and their rules"),
                headings=(_("Number"), _("What is counted"), _("On which day"), _("What is not")),
                rows=rows,
            ),
            rule=_("A day begins and ends at midnight in the company's time zone."),
        ),
    )
