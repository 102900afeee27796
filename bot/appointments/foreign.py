"""Which times of a calendar are somebody else's: those whose UID is none of our appointments'. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.appointments.busy import Busy
from bot.appointments.cache import Taken, fingerprint
from bot.appointments.spans import Span, merged
from bot.appointments.store import Record


def others(found: Sequence[Busy], held: Sequence[Record]) -> list[Span]:
    """The times that somebody else wrote."""
    ours = {record.uid for record in held if record.holds}
    return merged(one.span for one in found if one.uid not in ours)


def foreign(found: Iterable[Taken], ours: Iterable[Record]) -> list[Span]:
    """The same of what was read some time ago: what we took out since is still in it, and what the partner moved
    since is not where we know it.
    """
    own = {
        (fingerprint(record.uid), record.visit) for record in ours if record.holds or record.state == "gone"
    }
    return merged(one.span for one in found if (one.uid, one.span) not in own)
