"""Where a conversation stands: what is known, what is open, and which households it may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log2
from typing import Final, NamedTuple

from bot.eligibility.boxes import Boxes
from bot.eligibility.closing import Implication
from bot.eligibility.cloud import Cloud, Sampler
from bot.eligibility.compiled import Box, Layout, over_box
from bot.eligibility.crowd import gathered
from bot.eligibility.few import Drawer
from bot.eligibility.keeping import Kept
from bot.eligibility.model import Fact, Knowledge
from bot.eligibility.nodes import Node
from bot.eligibility.outlook import Outlook
from bot.eligibility.priors import Prior
from bot.eligibility.program import Goals, Program
from bot.eligibility.trimming import Trimmer
from bot.eligibility.values import Values

CROWD: Final = 2_048  # households drawn once for a rule book …
_EFFORT: Final = 500_000  # … fewer for a large one: households times rights
_ENOUGH: Final = 24  # with fewer of them left in the box, new ones are drawn inside it
_KEPT: Final = 4_000  # outlooks
_KEPT_SETS: Final = 1_000  # of rights that are open together
_MANY: Final = 4  # from a quarter of the rights on, all are looked at at once
_AGAIN: Final = 3.0
_SENSITIVE: Final = 1.25  # the power that lets a sensitive fact weigh more than its length
_LEAST_SHARE: Final = 1e-9


@dataclass(slots=True)
class Situation:
    """`closed` will not be asked; `open` are the tests of rights that still wait, and `waiting` the facts that
    may be asked now, with those tests; `rights` says whose each test is, as several may share one. Facts
    `apart` stand in no box.
    """

    box: Box
    closed: frozenset[str]
    open: Sequence[Outlook]
    waiting: Mapping[str, Sequence[Outlook]]
    rights: Mapping[int, Sequence[str]]
    apart: frozenset[str] = frozenset()
    touched: dict[str, Sequence[Outlook]] = field(default_factory=dict)
    unasked: Mapping[str, float] | None = None
    prices: dict[str, float] = field(default_factory=dict)

    def of(self, outlooks: Iterable[Outlook]) -> tuple[str, ...]:
        """The rights that these tests settle."""
        return tuple(dict.fromkeys(right for each in outlooks for right in self.rights[each.number]))

    def deciding(self, fact: str, outlooks: Iterable[Outlook]) -> list[Node]:
        """The comparisons about this fact that still decide one of these tests, each once."""
        return list({a.number: a for each in outlooks for a in each.atoms if fact in a.facts}.values())

    def needing(self, fact: str) -> Sequence[Outlook]:
        """The tests that this fact still decides, whether or not it may be asked yet."""
        if fact not in self.touched:
            direct = (each for each in self.open if fact in each.needed)
            both = {each.number: each for each in (*self.waiting.get(fact, ()), *direct)}
            self.touched[fact] = list(both.values())
        return self.touched[fact]

    def needed(self, outlooks: Iterable[Outlook]) -> set[str]:
        """The facts that still decide one of these tests."""
        return {fact for each in outlooks for fact in each.needed}


class Glance(NamedTuple):
    """`doubtful` are the tests that intervals alone do not settle; two conversations with the same `key` are
    asked the same.
    """

    box: Box
    closed: frozenset[str]
    doubtful: Sequence[Program]
    key: tuple[object, ...]
    apart: frozenset[str]


class Gate(NamedTuple):
    """Whether a fact makes sense in a box, the facts that decide it, and what the fact is where not."""

    node: Node
    function: Callable[[Box], tuple[float, ...]]
    otherwise: Values

    @property
    def facts(self) -> frozenset[str]:
        return self.node.facts

    def holds(self, box: Box) -> bool:
        """Surely, that is."""
        return bool(self.function(box)[0])


class Scout:
    """Finds out where a conversation stands; draws likely households once and, where few fit, anew."""

    def __init__(
        self, facts: Mapping[str, Fact], priors: Mapping[str, Prior], boxes: Boxes, sampler: Sampler,
        rights: Mapping[str, Goals], gates: Mapping[str, Gate], layout: Layout,
        behind: Mapping[str, frozenset[str]],
    ) -> None:  # fmt: skip
        self._facts = facts
        self._priors = priors
        self._boxes = boxes
        self._sampler = sampler
        self._rights = rights
        self._layout = layout
        self.doors = gates
        self._implied = [Implication(fact, gate.node, gate.otherwise) for fact, gate in gates.items()]
        both = (program for goals in rights.values() for program in (goals.surely, goals.possibly))
        self._programs = list({program.test.number: program for program in both}.values())
        self._trimmer = Trimmer(boxes, gates, layout, behind)
        self._drawer = Drawer(boxes, sampler, layout, self._implied, behind)
        self._reached = Kept[object, tuple[frozenset[str], Callable[[Box], object]]](_KEPT_SETS)
        self._tests = [(program.test.number, 2 * index) for index, program in enumerate(self._programs)]
        self._outlooks = Kept[object, Outlook](_KEPT)

    def glance(
        self,
        knowledge: Knowledge,
        rights: Collection[str],
        passed: Collection[str] = (),
        apart: Collection[str] = (),
    ) -> Glance:
        """What a first look leaves open, and all that the next question can depend on."""
        box = self._boxes.of(knowledge)
        silent = {fact for fact, answer in knowledge.items() if isinstance(answer, str)}
        doubtful = self._doubtful(rights, box)
        tests = tuple([program.test.number for program in doubtful])
        reached, read = self._depends(tests, doubtful)
        closed = frozenset(silent.union(passed))
        key = (tests, closed & reached, reached.intersection(apart), read(box))
        return Glance(box, closed, doubtful, key, frozenset(apart))

    def _doubtful(self, rights: Collection[str], box: Box) -> list[Program]:
        """What a first look leaves open: of many rights at once, of few one by one."""
        goals = [self._rights[right] for right in rights]
        if len(goals) * _MANY < len(self._rights):
            return [program for each in goals for program in each.doubtful(box)]
        flat = self._at_once(box)
        said = {number: flat[place : place + 2] for number, place in self._tests}
        return [program for each in goals for program in each.left(said)]

    @cached_property
    def _at_once(self) -> Callable[[Box], tuple[float, ...]]:
        """All tests in one function: what several have is computed once."""
        return over_box([program.test for program in self._programs], self._layout)

    def _depends(
        self, tests: tuple[int, ...], doubtful: Iterable[Program]
    ) -> tuple[frozenset[str], Callable[[Box], object]]:
        """The facts that these tests hang on, and what of a box households drawn for them do."""
        found = self._reached.get(tests)
        if found is None:
            reached = frozenset[str]().union(*(program.reached for program in doubtful))
            found = reached, self._boxes.reader(self._boxes.linked(reached))
            self._reached.put(tests, found)
        return found

    def situation(
        self, knowledge: Knowledge, rights: Collection[str], passed: Collection[str] = ()
    ) -> Situation:
        return self.look(self.glance(knowledge, rights, passed), rare=True)

    def look(self, glance: Glance, *, rare: bool = False) -> Situation:
        """A glance with what is open for some likely household; or, which takes longer, for anybody at all."""
        box, closed = glance.box, glance.closed
        rights: dict[int, list[str]] = defaultdict(list)
        for program in glance.doubtful:
            rights[program.test.number].append(program.rules.right)
        tests = {program.test.number: program for program in glance.doubtful}
        outlooks = [self.outlook(program, box, closed) for program in tests.values()]
        open_ = [each for each in outlooks if each.mixed or (rare and each.rarely_open())]
        waiting: dict[str, list[Outlook]] = defaultdict(list)
        for each in open_:
            for fact in each.waiting:
                waiting[fact].append(each)
        return Situation(box, closed, open_, waiting, rights, glance.apart)

    def outlook(self, program: Program, box: Box, closed: frozenset[str]) -> Outlook:
        own = closed & program.reached if closed else closed
        key = (program.test.number, program.key(box), own)
        found = self._outlooks.get(key)
        return (
            self._outlooks.put(key, self._seen(program, program.alone(box), own)) if found is None else found
        )

    def _seen(self, program: Program, box: Box, closed: frozenset[str]) -> Outlook:
        cloud, held = self._around(box, program.reached)
        return Outlook(program, box, closed, cloud, held, self._boxes, self._trimmer)

    def effort(self, fact: str, box: Box) -> float:
        """What asking weighs: a sensitive fact weighs more than its length, and the same thing asked again,
        ever finer, more each time.
        """
        first = self.first_effort(fact)
        if not self.narrowed(box, fact):
            return first
        left = self._priors[fact].share(self._boxes.values(box, fact))
        return first * _AGAIN * (1 - log2(max(left, _LEAST_SHARE)))

    def first_effort(self, fact: str) -> float:
        return float(self._facts[fact].cost ** _SENSITIVE)

    def _around(self, box: Box, reached: Collection[str]) -> tuple[Cloud, int]:
        """Likely households in the box: from the crowd drawn once, else drawn for this box."""
        held = self._crowd.inside(box, [fact for fact in reached if self.narrowed(box, fact)])
        if held.bit_count() >= _ENOUGH:
            return self._crowd, held
        few = self._drawer.cloud(box, reached)
        return few, few.everyone

    @cached_property
    def _crowd(self) -> Cloud:
        count = max(256, min(CROWD, _EFFORT // max(1, len(self._programs))))
        tests = [program.test for program in self._programs]
        return gathered(count, self._boxes, self._sampler, self._layout, self._implied, tests)

    def narrowed(self, box: Box, fact: str) -> bool:
        """Whether anything is known of a fact."""
        place = self._boxes.place(fact)
        return box[place : place + 2] != self._boxes.widest[place : place + 2]
