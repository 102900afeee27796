"""One right seen from what is known of its own facts: is it open, what does it wait for, what would an answer tell?

Everything here depends only on the answers about the right's own facts, and is remembered for them: people who
are alike in these share it, however else they differ, and nothing depends on who was asked before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.eligibility.estimate import Needs, Part, walked
from bot.eligibility.program import Program, settled
from bot.eligibility.trimming import Sight, Trimmer
from bot.eligibility.values import Interval, Values

if TYPE_CHECKING:
    from bot.eligibility.boxes import Boxes
    from bot.eligibility.cloud import Cloud
    from bot.eligibility.compiled import Box
    from bot.eligibility.nodes import Node
    from bot.eligibility.trying import Trial

_WITNESSES: Final = 64  # households tried to show that an answer matters
_NONE: Final[Needs] = {}
_NOTHING: Final = frozenset[str]()


class Told(NamedTuple):
    """An answer: its ends in a box, and whether it is just one value."""

    fact: str
    low: float
    high: float
    alone: bool


class Outlook:
    """`box` is wide but for the right's own facts; `held` are the households of the cloud that it may be."""

    def __init__(
        self, program: Program, box: Box, closed: frozenset[str], cloud: Cloud, held: int, boxes: Boxes,
        trimmer: Trimmer,
    ) -> None:  # fmt: skip
        self.program = program
        self.box = box
        self.closed = closed
        self.cloud = cloud
        self.held = held
        self._boxes = boxes
        self._trimmer = trimmer
        likely = cloud.holds(program.test)
        self.likely = likely
        self.doubt = 100 * _doubt(likely, held) / (held.bit_count() or 1)
        self.mixed = bool(likely & held) and bool(held & ~likely)
        self._needs: dict[object, Needs] = {}
        self._told: dict[object, float] = {}
        self._matters: dict[object, bool] = {}

    @property
    def number(self) -> int:
        return self.program.test.number

    def rarely_open(self) -> bool:
        """Whether it is open although no drawn household shows it."""
        return not settled(self.program.verdict(self.box))

    @cached_property
    def _part(self) -> Part | None:
        part = self._trimmer.part(self.program.test, Sight(self.box, self.closed, self.cloud))
        return None if isinstance(part, bool) else part

    @property
    def atoms(self) -> Sequence[Node]:
        """The comparisons that still decide it."""
        return self._part.atoms if self._part else ()

    @property
    def needed(self) -> frozenset[str]:
        """The facts that these are about."""
        return self._part.about if self._part else _NOTHING

    @property
    def waiting(self) -> frozenset[str]:
        """The facts that may be asked now: those, and of a fact behind a gate what decides the gate."""
        return self._part.askable if self._part else _NOTHING

    # --- what is still to be asked ---------------------------------------------------------------------------

    def needs(self, told: Iterable[Told] = ()) -> Needs:
        """What settling it is expected to ask, after these answers."""
        held, known = self.held, list[str]()
        for fact, low, high, alone in told:
            held &= self.cloud.between(fact, low, high)
            if alone:
                known.append(fact)
        key = (held, *known)
        found = self._needs.get(key)
        if found is None:
            found = self._needs[key] = walked(self._part, held, known) if self._part and held else _NONE
        return found

    # --- what an answer tells --------------------------------------------------------------------------------

    def told(self, fact: str, bins: tuple[tuple[float, float], ...]) -> float:
        """How much of the doubt about the verdict the answer takes away, among a hundred households; of each
        possible answer, its ends.
        """
        key = (fact, bins)
        found = self._told.get(key)
        if found is None:
            groups = (self.held & group for group in self.cloud.groups(fact, bins))
            left = sum(_doubt(self.likely, group) for group in groups)
            found = 100 * (_doubt(self.likely, self.held) - left) / (self.held.bit_count() or 1)
            self._told[key] = found
        return found

    def share(self, fact: str, values: Values) -> float:
        """How many of the households have one of these values, 0 to 1."""
        held = (self.held & self.cloud.where(fact, values)).bit_count()
        return held / (self.held.bit_count() or 1)

    # --- does it matter --------------------------------------------------------------------------------------

    def matters(self, fact: str, choices: Sequence[Values]) -> bool:
        """Whether some household gets another verdict for another answer."""
        trials = tuple([self._boxes.ends(fact, end) for choice in choices for end in _ends(choice)])
        key = (fact, trials)
        if key not in self._matters:
            self._matters[key] = self._tried(fact, trials)
        return self._matters[key]

    def _tried(self, fact: str, trials: Sequence[tuple[float, float]]) -> bool:
        drawer = self.cloud.drawer
        if drawer and not self.closed and all(self._boxes.one(fact, ends) for ends in trials):
            hanging = drawer.hanging(fact, self.program.reached)
            if drawer.plain(self.box, fact, hanging):
                return self._differ(drawer.trial(self.box, fact, ends, hanging) for ends in trials)
        told = sorted(self.program.reached - self.closed - {fact})
        rows = self.cloud.some(self.held, _WITNESSES, told)
        return any(self._differs(fact, trials, row) for row in rows)

    def _differ(self, trials: Iterable[Trial]) -> bool:
        """`_differs`, of all households at once."""
        yes = no = 0
        for trial in trials:
            holds, can = trial.holds(self.program.test), trial.possible & self.held
            yes, no = yes | holds & can, no | can & ~holds
            if yes & no:
                return True
        return False

    def _differs(self, fact: str, trials: Sequence[tuple[float, float]], row: Box) -> bool:
        """The same household with each possible answer; what it will not say stays open."""
        base = self.box.copy()
        for name in self.program.reached - self.closed - {fact}:
            place = self._boxes.place(name)
            base[place], base[place + 1] = row[place], row[place + 1]
        place, said = self._boxes.place(fact), set()
        for ends in trials:
            inner = base.copy()
            inner[place], inner[place + 1] = ends
            if self.program.settle(inner, self.box):
                low, high = self.program.quick(inner)
                said.add((bool(low), bool(high)))
                if len(said) > 1:
                    return True
        return False


def _ends(choice: Values) -> list[Values]:
    if isinstance(choice, Interval):
        return [Interval(choice.low, choice.low), Interval(choice.high, choice.high)]
    return [choice]


def _doubt(likely: int, held: int) -> float:
    """How mixed a verdict is among these households: none where all agree."""
    count = held.bit_count()
    yes = (likely & held).bit_count()
    return yes * (count - yes) / count if count else 0.0
