"""What should be looked at again: rights past their review date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.eligibility.library import Library, in_force
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
