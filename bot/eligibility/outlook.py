"""One right seen from what is known of its own facts: is it open, what does it wait for, what would an answer tell?

Everything here depends only on the answers about the right's own facts, and is remembered for them: people who
are alike in these share it, however else they differ, and nothing depends on who was asked before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from bot.eligibility.estimate import Needs, Part, Trimmer, Walk, Wanted
from bot.eligibility.program import Program, settled
from bot.eligibility.values import Interval, Values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.eligibility.boxes import Boxes
    from bot.eligibility.cloud import Cloud
    from bot.eligibility.compiled import Box
    from bot.eligibility.nodes import Node
    from bot.eligibility.scouting import Gate

_WITNESSES: Final = 64  # households tried to show that an answer matters
_NONE: Final[Needs] = {}


class Outlook:
    """`box` is wide but for the right's own facts; `held` are the households of the cloud that it may be."""

    def __init__(
        self, program: Program, box: Box, closed: frozenset[str], cloud: Cloud, held: int, boxes: Boxes,
        doors: Mapping[str, Gate],
    ) -> None:  # fmt: skip
        self.program = program
        self.box = box
        self.closed = closed
        self.cloud = cloud
        self.held = held
        self._boxes = boxes
        self._doors = doors
        likely = cloud.holds(program.test)
        self.likely = likely
        self.mixed = bool(likely & held) and bool(held & ~likely)
        self._part: Part | None = None
        self._atoms: Sequence[Node] | None = None
        self._needed: frozenset[str] | None = None
        self._waiting: tuple[str, ...] | None = None
        self._needs: dict[object, Needs] = {}
        self._told: dict[object, float] = {}
        self._matters: dict[object, bool] = {}

    @property
    def number(self) -> int:
        return self.program.test.number

    def rarely_open(self) -> bool:
        """Whether it is open although no drawn household shows it."""
        return not settled(self.program.verdict(self.box))

    @property
    def atoms(self) -> Sequence[Node]:
        """The comparisons that still decide it."""
        if self._atoms is None:
            wanted = {fact: self._wanted(fact) for fact in self.program.facts if self._is_open(fact)}
            trimmer = Trimmer(self.program.states(self.box), self.cloud, wanted)
            _, self._part = trimmer.part(self.program.test)
            self._atoms = list(dict.fromkeys(self._part.atoms())) if self._part else []
        return self._atoms

    @property
    def needed(self) -> frozenset[str]:
        """The facts that these are about."""
        if self._needed is None:
            self._needed = frozenset[str]().union(*(atom.facts for atom in self.atoms))
        return self._needed

    @property
    def waiting(self) -> tuple[str, ...]:
        """The facts that may be asked now: those, and of a fact behind a gate what decides the gate."""
        if self._waiting is None:
            found = {each for fact in self.needed for each in self.askable(fact)}
            self._waiting = tuple(sorted(found))
        return self._waiting

    def askable(self, fact: str) -> Iterator[str]:
        """The fact itself; while it is open whether it makes sense at all, what decides that."""
        if not self._is_open(fact):
            return
        gate = self._doors.get(fact)
        before = [] if gate is None or gate.holds(self.box) else sorted(gate.facts)
        behind = {each for other in before for each in self.askable(other)}
        yield from behind or (fact,)

    def _is_open(self, fact: str) -> bool:
        return fact not in self.closed and not self._boxes.settled(self.box, fact)

    def _wanted(self, fact: str) -> Wanted:
        before = tuple(each for each in self.askable(fact) if each != fact)
        return Wanted(fact, before, self.cloud.holds(self._doors[fact].node) if before else None)

    # --- what is still to be asked ---------------------------------------------------------------------------

    def needs(self, told: tuple[tuple[str, Values], ...] = ()) -> Needs:
        """What settling it is expected to ask, after these answers."""
        if told not in self._needs:
            self._needs[told] = self._walked(told)
        return self._needs[told]

    def _walked(self, told: Iterable[tuple[str, Values]]) -> Needs:
        held, known = self.held, set()
        for fact, values in told:
            held &= self.cloud.where(fact, values)
            if _single(values):
                known.add(fact)
        if not self.atoms or self._part is None or not held:
            return _NONE
        walk = Walk(held, known)
        walk.ask(self._part, held)
        return walk.asked

    # --- what an answer tells --------------------------------------------------------------------------------

    def told(self, fact: str, bins: Sequence[Values]) -> float:
        """How much of the doubt about the verdict the answer takes away, among a hundred households."""
        key = (fact, *bins)
        if key not in self._told:
            groups = (self.held & self.cloud.where(fact, values) for values in bins)
            left = sum(_doubt(self.likely, group) for group in groups)
            self._told[key] = 100 * (_doubt(self.likely, self.held) - left) / (self.held.bit_count() or 1)
        return self._told[key]

    def share(self, fact: str, values: Values) -> float:
        """How many of the households have one of these values, 0 to 1."""
        held = (self.held & self.cloud.where(fact, values)).bit_count()
        return held / (self.held.bit_count() or 1)

    # --- does it matter --------------------------------------------------------------------------------------

    def matters(self, fact: str, choices: Sequence[Values]) -> bool:
        """Whether some household gets another verdict for another answer."""
        key = (fact, *choices)
        if key not in self._matters:
            trials = [self._boxes.ends(fact, end) for choice in choices for end in _ends(choice)]
            told = sorted(self.program.reached - self.closed - {fact})
            rows = self.cloud.some(self.held, _WITNESSES, told)
            self._matters[key] = any(self._differs(fact, trials, row) for row in rows)
        return self._matters[key]

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


def _single(values: Values) -> bool:
    return values.low == values.high if isinstance(values, Interval) else len(values) == 1


def _ends(choice: Values) -> list[Values]:
    if isinstance(choice, Interval):
        return [Interval(choice.low, choice.low), Interval(choice.high, choice.high)]
    return [choice]


def _doubt(likely: int, held: int) -> float:
    """How mixed a verdict is among these households: none where all agree."""
    count = held.bit_count()
    yes = (likely & held).bit_count()
    return yes * (count - yes) / count if count else 0.0
