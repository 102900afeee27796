"""The communes around a position. The position is an argument and nothing else: it is kept nowhere."""

from __future__ import annotations

import gzip
import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, TypeAlias

AT_MOST: Final = 4
FARTHEST: Final = 30.0
"""Kilometres: beyond it, no town that we know is near."""
_DEGREE: Final = 111.2  # kilometres from one parallel to the next

Centre: TypeAlias = tuple[str, float, float]


@dataclass(frozen=True)
class Nearby:
    """The centres of a file made by tools/make_centres.py, read when first asked for."""

    file: Path

    def communes(self, latitude: float, longitude: float) -> tuple[str, ...]:
        """The INSEE codes of the nearest communes, the nearest first. A centre is no border: several are given,
        for the person to choose.
        """
        if not -90 <= latitude <= 90:  # noqa: PLR2004 - the poles
            return ()
        shrunk = math.cos(math.radians(latitude))

        def away(centre: Centre) -> float:
            return _DEGREE * math.hypot(centre[1] - latitude, (centre[2] - longitude) * shrunk)

        near = sorted(
            (distance, centre[0]) for centre in self._centres if (distance := away(centre)) < FARTHEST
        )
        return tuple(dict.fromkeys(code for _, code in near))[:AT_MOST]

    @cached_property
    def _centres(self) -> list[Centre]:
        rows = (row.split("\t") for row in gzip.decompress(self.file.read_bytes()).decode().splitlines())
        return [(code, float(latitude), float(longitude)) for code, latitude, longitude in rows]
