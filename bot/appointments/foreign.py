"""Which times of a calendar are somebody else's: those whose UID is none of our appointments'. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.appointments.busy import Busy
from bot.appointments.cache import Taken, fingerprint
from bot.appointments.spans import Span, merged
from bot.appointments.store import Record, Visit


def others(found: Sequence[Busy], held: Sequence[Record]) -> list[Span]:
    """The times that somebody else wrote."""
    ours = {record.uid for record in held if record.holds}
    return merged(one.span for one in found if one.uid not in ours)


def foreign(found: Iterable[Taken], held: Iterable[Record]) -> list[Taken]:
    """The same of what was read some time ago: what the partner moved since is not where we know it. Of these some
    may be ours too, taken out since (`elsewhere`).
    """
    own = {(fingerprint(record.uid), record.visit) for record in held if record.holds}
    return [one for one in found if (one.uid, one.span) not in own]


def elsewhere(found: Iterable[Taken], gone: Iterable[Visit]) -> list[Span]:
    """The times less those of what is gone."""
    own = {(fingerprint(visit.uid), visit.span) for visit in gone}
    return merged(one.span for one in found if (one.uid, one.span) not in own)
