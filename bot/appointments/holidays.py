"""Public holidays that hold only in a part of France: Alsace and Moselle, and overseas.

Those of all France are known to `opening_hours`. A day that is one only here is read as if the hours named it
wherever they say ``PH``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from opening_hours import validate

REGIONS: Final[Mapping[str, str]] = MappingProxyType(
    {"57": "57", "67": "6AE", "68": "6AE", "971": "971", "972": "972", "973": "973", "974": "974", "975": "PM",
     "976": "976", "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC"}
)  # fmt: skip
"""By department, as the `holidays` library names them (ISO 3166-2). Sources: code du travail, L3134-13, L3422-2."""
_AMONG_DAYS: Final = re.compile(r"((?:\b[A-Z][a-z](?:-[A-Z][a-z])?,)+)PH\b([^;]*)")
_FIRST: Final = re.compile(r"\bPH,((?:[A-Z][a-z](?:-[A-Z][a-z])?,?)+)([^;]*)")
OVERSEAS: Final = ("97", "98")


def region_of(commune: str) -> str:
    """The region whose own holidays a commune (INSEE code) has; empty for most of France."""
    return REGIONS.get(commune[:3] if commune.startswith(OVERSEAS) else commune[:2], "")


def hours_on(hours: str, region: str, day: date) -> str:
    """The hours (OSM syntax) to go by on this day."""
    if not region or "PH" not in hours or day not in _own(region, day.year):
        return hours
    apart = _FIRST.sub(r"\1\2; PH\2", _AMONG_DAYS.sub(lambda found: _two(found[1], found[2]), hours))
    named = re.sub(r"\bPH\b", f"{day:%Y} {MONTHS[day.month - 1]} {day:%d}", apart)
    return (
        named if validate(named) else "off"
    )  # a day off too many is better than a person before a closed door


def _two(days: str, times: str) -> str:
    return f"{days.rstrip(',')}{times}; PH{times}"


MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=64)
def _own(region: str, year: int) -> frozenset[date]:
    from holidays import country_holidays  # noqa: PLC0415 - few offices need it

    here, everywhere = country_holidays("FR", subdiv=region, years=year), country_holidays("FR", years=year)
    return frozenset(here) - frozenset(everywhere)
