"""What should be looked at again: rights past their review date, amounts whose new value was due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.eligibility.library import Library, in_force
from bot.eligibility.parameters import NO_RHYTHM, RHYTHMS, Parameter
from bot.eligibility.problems import Problem


def overdue(library: Library, today: date) -> Iterator[Problem]:
    """A warning for each right whose version in force should have been reviewed by now."""
    for history in library.versions.values():
        version = in_force(history, today)
        if version is None or version.text is None or version.text.review_before is None:
            continue
        if version.text.review_before <= today:
            what = f"to be reviewed before {version.text.review_before}"
            remedy = "check amounts and conditions, then set 'checked' and 'review_before' anew"
            yield Problem(version.item.place, what, remedy, warning=True)


def stale(library: Library, today: date) -> Iterator[Problem]:
    """A warning for each amount that is older than its legal rhythm and was not checked since."""
    for parameter in library.parameters.values():
        due = _due(parameter, today)
        if due is None:
            continue
        last = parameter.values[-1]
        if max(last.day, parameter.checked or last.day) < due:
            what = f"{parameter.name!r} is of {last.day}, a new value was due on {due} ({parameter.rhythm})"
            remedy = (
                "add the new value; if it stayed as it is, write checked: and the day on which you saw that"
            )
            yield Problem(parameter.item.place, what, remedy, warning=True)


def _due(parameter: Parameter, today: date) -> date | None:
    """The last day on which the law gave this figure a new value; None where it has no rhythm."""
    if parameter.rhythm == NO_RHYTHM:
        return None
    this_year = date(today.year, RHYTHMS[parameter.rhythm], 1)
    return this_year if this_year <= today else this_year.replace(year=today.year - 1)
