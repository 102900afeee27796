"""How near a text lies to examples that were picked as landmarks: so a straight line between meanings may bend.

A file is made by `clairdroit train`; both trained heads look at it. Places are kept as small whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

FILE: Final = "landmarks.npz"
SHARP: Final = 4.0
"""How quickly nearness falls with distance: what lies across is worth a twentieth of what lies there."""
BYTE: Final = 127


@dataclass(frozen=True)
class Landmarks:
    """numpy is imported with the file, not before."""

    path: Path

    @property
    def there(self) -> bool:
        return self.path.exists()

    def near(self, points: Any) -> Any:
        """From 0 to 1 for each landmark (columns), of one point or of several (rows)."""
        import numpy as np  # noqa: PLC0415 - 80 ms that only a first message pays

        if points.ndim > 1:
            return np.exp(SHARP * (points @ self.places.T - 1))
        # One thread: BLAS would wake a second for so little, and let it spin.
        return np.exp(SHARP * (np.einsum("ij,j->i", self.places, points) - 1))

    @cached_property
    def places(self) -> Any:
        """Their points, a row each."""
        import numpy as np  # noqa: PLC0415 - as above

        with np.load(self.path) as file:
            kept: Mapping[str, Any] = file
            return kept["places"].astype(np.float32) * kept["scale"]


def write(points: Any, path: Path) -> Landmarks:
    """Keep these points as landmarks."""
    import numpy as np  # noqa: PLC0415 - as above

    scale = np.float32(np.abs(points).max() / BYTE)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, places=np.round(points / scale).astype(np.int8), scale=scale)
    return Landmarks(path)
