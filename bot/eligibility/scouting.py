"""Where a conversation stands: what is known, what is open, and which households it may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import Final, NamedTuple

from bot.eligibility.boxes import Boxes
from bot.eligibility.cloud import Cloud, Sampler
from bot.eligibility.compiled import Box
from bot.eligibility.model import Fact, Knowledge
from bot.eligibility.nodes import Node
from bot.eligibility.priors import Prior
from bot.eligibility.program import Goals, Program, settled

CROWD: Final = 1_024  # households drawn once for a rule book …
_EFFORT: Final = 60_000  # … fewer for a large one: households times rights
_ENOUGH: Final = 20  # with fewer of them left in the box, new ones are drawn inside it
_FRESH: Final = 80
_AGAIN: Final = 3.0
_SENSITIVE: Final = 1.25  # the power that lets a sensitive fact weigh more than its length
_LEAST_SHARE: Final = 1e-9


@dataclass(slots=True)
class Situation:
    """`closed` will not be asked; `open` are the tests of rights that still wait; `atoms`, by test, the
    comparisons that still decide it; `held` the households of the cloud that it may be.
    """

    box: Box
    closed: frozenset[str]
    open: Sequence[Program]
    atoms: Mapping[int, Sequence[Node]]
    cloud: Cloud
    held: int
    waiting: Mapping[str, Sequence[Program]]
    needs: dict[object, Mapping[str, float]] = field(default_factory=dict)  # what the second look finds
    unasked: Mapping[str, float] | None = None

    def deciding(self, fact: str, programs: Iterable[Program]) -> list[Node]:
        """The comparisons about this fact that still decide one of these tests, each once."""
        atoms = {a.number: a for p in programs for a in self.atoms[p.test.number] if fact in a.facts}
        return list(atoms.values())

    def needing(self, fact: str) -> Sequence[Program]:
        """The tests that this fact still decides, whether or not it may be asked yet."""
        direct = (p for p in self.open if any(fact in atom.facts for atom in self.atoms[p.test.number]))
        return list({p.test.number: p for p in (*self.waiting.get(fact, ()), *direct)}.values())

    def needed(self, programs: Iterable[Program]) -> set[str]:
        """The facts that still decide one of these tests."""
        return {fact for p in programs for atom in self.atoms[p.test.number] for fact in atom.facts}


class Glance(NamedTuple):
    """`doubtful` are the tests that intervals alone do not settle, `reached` the facts behind them; two
    conversations with the same `key` are asked the same.
    """

    box: Box
    closed: frozenset[str]
    doubtful: Sequence[Program]
    reached: Sequence[str]
    key: tuple[object, ...]


class Gate(NamedTuple):
    """Whether a fact makes sense in a box, and the facts that decide it."""

    facts: frozenset[str]
    function: Callable[[Box], tuple[float, ...]]
    unticked_is_no: bool

    def holds(self, box: Box) -> bool:
        """Surely, that is."""
        return bool(self.function(box)[0])


class Scout:
    """Finds out where a conversation stands; draws likely households once and, where few fit, anew."""

    def __init__(
        self, facts: Mapping[str, Fact], priors: Mapping[str, Prior], boxes: Boxes, sampler: Sampler,
        rights: Mapping[str, Goals], gates: Mapping[str, Gate],
    ) -> None:  # fmt: skip
        self._facts = facts
        self._priors = priors
        self._boxes = boxes
        self._sampler = sampler
        self._rights = rights
        self.doors = gates
        both = (program for goals in rights.values() for program in (goals.surely, goals.possibly))
        self._programs = list({program.test.number: program for program in both}.values())
        self._crowd: Cloud | None = None
        self._reached: dict[tuple[int, ...], tuple[str, ...]] = {}

    def glance(self, knowledge: Knowledge, rights: Collection[str], passed: Collection[str] = ()) -> Glance:
        """What a first look leaves open, and all that the next question can depend on."""
        box = self._boxes.of(knowledge)
        silent = {fact for fact, answer in knowledge.items() if isinstance(answer, str)}
        doubtful = [program for right in rights for program in self._rights[right].doubtful(box)]
        tests = tuple(program.test.number for program in doubtful)
        if tests not in self._reached:
            self._reached[tests] = tuple(sorted({fact for p in doubtful for fact in p.reached}))
        reached = self._reached[tests]
        closed = frozenset(silent.union(passed))
        key = (
            tests,
            closed.intersection(reached),
            *(end for f in reached for end in self._boxes.both(box, f)),
        )
        return Glance(box, closed, doubtful, reached, key)

    def situation(
        self, knowledge: Knowledge, rights: Collection[str], passed: Collection[str] = ()
    ) -> Situation:
        return self.look(self.glance(knowledge, rights, passed))

    def look(self, glance: Glance) -> Situation:
        """A glance with the households that it may be, and what exactly is open."""
        box, closed, doubtful = glance.box, glance.closed, glance.doubtful
        cloud, held = self._around(box, glance.reached, doubtful)
        open_ = [program for program in doubtful if _mixed(program.likely_in(cloud), held)]
        if not open_:  # only now is it worth looking for what is rare
            open_ = [program for program in doubtful if not settled(program.verdict(box))]
        atoms = {program.test.number: program.open_atoms(box) for program in open_}
        return Situation(box, closed, open_, atoms, cloud, held, self._waiting(box, closed, open_, atoms))

    def effort(self, fact: str, box: Box) -> float:
        """What asking weighs: a sensitive fact weighs more than its length, and the same thing asked again,
        ever finer, more each time.
        """
        first = float(self._facts[fact].cost ** _SENSITIVE)
        if not self._narrowed(box, fact):
            return first
        left = self._priors[fact].share(self._boxes.values(box, fact))
        return first * _AGAIN * (1 - log2(max(left, _LEAST_SHARE)))

    def _around(self, box: Box, reached: Sequence[str], open_: Sequence[Program]) -> tuple[Cloud, int]:
        """Likely households in the box: from the crowd drawn once, else drawn for this box."""
        if self._crowd is None:
            count = max(128, min(CROWD, _EFFORT // max(1, len(self._programs))))
            self._crowd = self._drawn(self._boxes.widest, self._facts, self._programs, count)
        held = self._crowd.inside(box, [fact for fact in reached if self._narrowed(box, fact)])
        if held.bit_count() >= _ENOUGH:
            return self._crowd, held
        fresh = self._drawn(box, reached, open_, _FRESH)
        return fresh, fresh.everyone

    def _drawn(self, box: Box, facts: Iterable[str], programs: Sequence[Program], count: int) -> Cloud:
        cloud = Cloud(self._sampler.draw(box, facts, count), self._facts, self._boxes)
        for program in programs:
            cloud.learn(program.atoms, program.at_atoms)
        return cloud

    def _narrowed(self, box: Box, fact: str) -> bool:
        place = self._boxes.place(fact)
        return box[place : place + 2] != self._boxes.widest[place : place + 2]

    def _waiting(
        self, box: Box, closed: frozenset[str], open_: Sequence[Program], atoms: Mapping[int, Sequence[Node]]
    ) -> Mapping[str, Sequence[Program]]:
        """The facts that open conditions of open rights still wait for, with those rights."""
        found: dict[str, list[Program]] = defaultdict(list)
        for program in open_:
            needed = frozenset[str]().union(*(atom.facts for atom in atoms[program.test.number]))
            asked = {each for fact in needed for each in self._askable(fact, box, closed)}
            for fact in sorted(asked):
                found[fact].append(program)
        return found

    def _askable(self, fact: str, box: Box, closed: frozenset[str]) -> Iterator[str]:
        """The fact itself; while it is open whether it makes sense at all, what decides that."""
        if fact in closed or self._boxes.settled(box, fact):
            return
        gate = self.doors.get(fact)
        before = [] if gate is None or gate.holds(box) else sorted(gate.facts)
        behind = {each for other in before for each in self._askable(other, box, closed)}
        yield from behind or (fact,)


def _mixed(likely: int, held: int) -> bool:
    return bool(likely & held) and bool(held & ~likely)
