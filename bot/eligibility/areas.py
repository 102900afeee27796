"""Where somebody lives, told as coarsely as the rules need it: areas made of communes and departments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

COMMUNE: Final = re.compile(r"(?:\d[\dAB])\d{3}")
DEPARTMENT: Final = re.compile(r"\d[\dAB]|9[78]\d")
_OVERSEAS: Final = ("97", "98")


@dataclass(frozen=True, slots=True)
class Area:
    """One answer of a place fact; without communes and departments it is everywhere else."""

    communes: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()

    @property
    def elsewhere(self) -> bool:
        return not self.communes and not self.departments

    def holds(self, commune: str) -> bool:
        return self.elsewhere or commune in self.communes or department(commune) in self.departments


def area_of(commune: str, areas: Mapping[str, Area]) -> str:
    """The first of these that holds the commune with this INSEE code."""
    return next(name for name, area in areas.items() if area.holds(commune))


def is_code(text: str) -> bool:
    """Whether this has the shape of a commune's INSEE code."""
    return COMMUNE.fullmatch(text) is not None


def department(commune: str) -> str:
    """The department or overseas territory of an INSEE code."""
    return commune[:3] if commune.startswith(_OVERSEAS) else commune[:2]
