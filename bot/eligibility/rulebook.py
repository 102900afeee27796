"""The rules in force on one day, ready to be asked: verdicts, next question, the band around a number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from datetime import date
from functools import cached_property

from bot.eligibility.amounts import depends_on
from bot.eligibility.asking import Asker
from bot.eligibility.boxes import Boxes
from bot.eligibility.changes import Changes
from bot.eligibility.closing import Implication
from bot.eligibility.cloud import Sampler
from bot.eligibility.compiled import Box, Layout, of_one
from bot.eligibility.contradictions import Consistency
from bot.eligibility.exactly import Exactly
from bot.eligibility.expressions import BadExpression, Syntax
from bot.eligibility.facts import PLACEHOLDER, FactEntry, Let
from bot.eligibility.model import (
    Change,
    Conclusion,
    ConditionState,
    Contradiction,
    Fact,
    Figure,
    Knowledge,
    Question,
    RightText,
    Said,
    State,
    Verdict,
)
from bot.eligibility.nodes import Graph, Node, Table
from bot.eligibility.priors import Prior
from bot.eligibility.problems import Mistake, Problem, RuleErrors
from bot.eligibility.program import Goals, Program, Resolved
from bot.eligibility.resolve import Consequence, ParameterValue, Scope, resolve
from bot.eligibility.rights import Condition, Joint, Leaf, Tree, Version
from bot.eligibility.values import Interval, Values, apart
from bot.eligibility.yamlfile import Item, nearest


class RuleBook:
    """Facts, rights and amounts of one day. Immutable; safe to share between conversations."""

    def __init__(
        self, day: date, facts: Mapping[str, FactEntry], shared: Iterable[Let],
        parameters: Mapping[str, ParameterValue], versions: Iterable[Version], fingerprint: str,
    ) -> None:  # fmt: skip
        self.day = day
        self.fingerprint = fingerprint
        self.facts: Mapping[str, Fact] = {name: entry.fact for name, entry in facts.items()}
        self.priors: Mapping[str, Prior] = {name: entry.prior for name, entry in facts.items()}
        self.parameters = parameters
        self._graph = Graph()
        resolved = _Resolving(self._graph, facts, parameters).all(shared, versions)
        self.layout = Layout({name: tuple(fact.choices) for name, fact in self.facts.items()})
        implied = [Implication(name, node, facts[name].otherwise) for name, node in resolved.implied.items()]
        self.boxes = Boxes(self.facts, self.layout, implied)
        self.behind = resolved.behind()
        self._gates = {name: (node, facts[name].otherwise) for name, node in resolved.implied.items()}
        self.programs: Mapping[str, Goals] = {rules.right: self._goals(rules) for rules in resolved.rights}
        self.texts: Mapping[str, RightText] = {r.right: r.text for r in resolved.rights}
        self.implications = implied
        self._asker = self.asker()

    def asker(self) -> Asker:
        """One that has not computed anything yet."""
        return Asker(
            self.facts, self.priors, self.boxes, self.layout, self.programs, self._gates, self.behind
        )

    def as_of(self, day: date) -> RuleBook:
        """These rules on a later day on which nothing has changed; what has been computed is shared."""
        other = copy(self)
        other.day = day
        return other

    def _goals(self, rules: Resolved) -> Goals:
        surely = self._graph.both(tuple(sure for _, sure, _ in rules.conditions))
        possibly = self._graph.both(tuple(possible for _, _, possible in rules.conditions))
        first = Program(rules, surely, self.layout, self.boxes, self.behind)
        if possibly is surely:
            return Goals(first, first)
        return Goals(first, Program(rules, possibly, self.layout, self.boxes, self.behind))

    def evaluate(self, knowledge: Knowledge, rights: Collection[str] | None = None) -> dict[str, Verdict]:
        """What is known of each of these rights (all of them by default).

        Raises `BadValue` for an answer outside its fact's domain.
        """
        box = self.boxes.of(knowledge)
        wanted = self.programs if rights is None else rights
        return {right: self._verdict(self.programs[right], box) for right in wanted}

    def conclusions(
        self, knowledge: Knowledge, rights: Collection[str] | None = None
    ) -> dict[str, Conclusion]:
        """`evaluate` without the reasons."""
        box = self.boxes.of(knowledge)
        wanted = self.programs if rights is None else rights
        return {right: self.programs[right].conclusion(box) for right in wanted}

    def would_change(self, right: str, knowledge: Knowledge) -> tuple[Change, ...]:
        """The single facts that would make a condition hold that is not met, where one line can be told.

        Raises `BadValue` for an answer outside its fact's domain.
        """
        return tuple(self._changes.of(self.programs[right], knowledge))

    def amount_hangs_on(self, right: str, knowledge: Knowledge) -> tuple[str, ...]:
        """The open facts that would narrow the range of this right's amount, the weightiest first; of those that
        hang on each other only what would be asked first.
        """
        found = depends_on(self.programs[right].surely, self.boxes.of(knowledge), self.boxes)
        return tuple(fact for fact in found if not self.behind.get(fact, frozenset()) & {*found})

    def contradictions(self, knowledge: Knowledge) -> tuple[Contradiction, ...]:
        """The answers that cannot all be true; until one is corrected, what is implied counts.

        Raises `BadValue` for an answer outside its fact's domain.
        """
        return tuple(self._consistency.contradictions(knowledge))

    @cached_property
    def _consistency(self) -> Consistency:
        return Consistency(self.facts, self.boxes, self.layout, self.implications)

    @cached_property
    def _changes(self) -> Changes:
        return Changes(self.facts, self.boxes, self.layout, self._consistency)

    @cached_property
    def exactly(self) -> Exactly:
        """The quick way for households whose every fact is known."""
        return Exactly(self.facts, self.layout, self.implications, self.programs)

    def next_question(
        self,
        knowledge: Knowledge,
        rights: Collection[str],
        passed: Collection[str] = (),
        apart: Collection[str] = (),
    ) -> Question | None:
        """The question that is expected to settle most of these rights for the least effort.

        Facts in `passed` are not asked any finer, those in `apart` only in questions of their own. None when no
        answer can change an open verdict any more.
        """
        return self._asker.next(knowledge, rights, passed, apart)

    def question_about(self, fact: str, knowledge: Knowledge, rights: Collection[str]) -> Question:
        """The question about one fact over its whole domain, to correct an answer; what was answered only
        because of it does not narrow the choices.
        """
        return self._asker.about(fact, self._beside(fact, knowledge), rights)

    def _beside(self, fact: str, knowledge: Knowledge) -> Knowledge:
        """What was answered neither about this fact nor only because of it."""
        return {n: a for n, a in knowledge.items() if n != fact and fact not in self.behind.get(n, ())}

    def coarsen(self, fact: str, value: int, knowledge: Knowledge, rights: Collection[str]) -> Interval:
        """The narrowest band that the open rules draw around an exact number, in whole units.

        Raises `BadValue` outside the fact's range.
        """
        if apart(self.boxes.values(self.boxes.of(knowledge), fact), Interval(value, value)):
            knowledge = self._beside(fact, knowledge)  # against what was said before: the newer word counts
        return self._asker.coarsen(fact, value, knowledge, rights)

    def people(self, count: int) -> list[dict[str, Values]]:
        """Likely households drawn from the priors, every fact exact; the same ones for the same count."""
        drawn = Sampler(self.facts, self.priors, self.boxes).draw(self.boxes.widest, self.facts, count)
        return [{name: self.boxes.values(box, name) for name in self.facts} for box in drawn]

    def share(self, fact: str, values: Values) -> float:
        """How many of the people served have one of these values, 0 to 1."""
        return self.priors[fact].share(values)

    def _verdict(self, goals: Goals, box: Box) -> Verdict:
        program, conclusion = goals.surely, goals.conclusion(box)
        rules, flat = program.rules, program.conditions(box)
        states = tuple(
            ConditionState(
                condition.id, _state(flat[4 * i], flat[4 * i + 3]), self._said(rules, condition.say, box),
                condition.papers, kept_open=not flat[4 * i + 1] and bool(flat[4 * i + 2]),
            )
            for i, (condition, *_) in enumerate(rules.conditions)
        )  # fmt: skip
        amount = program.amount(box) if conclusion != "unlikely" else None
        return Verdict(
            right=rules.right, conclusion=conclusion, conditions=states, version=rules.version,
            amount=Figure(*amount, rules.text.amount_unit) if amount else None,
            draft=rules.draft or rules.text.checked_how == "draft",
            overdue=rules.text.review_before is not None and self.day >= rules.text.review_before,
        )  # fmt: skip

    def _said(self, rules: Resolved, say: str, box: Box) -> Said:
        return Said(say, {name: self._figure(*rules.shown[name], box) for name in PLACEHOLDER.findall(say)})

    def _figure(self, node: Node, unit: str, box: Box) -> Figure:
        if node.constant:
            return Figure(node.low, node.high, unit)
        low, high = of_one(node, self.layout)(box)
        return Figure(low, high, unit)


def _state(low: float, high: float) -> State:
    return "true" if low else "open" if high else "false"


class _Reported(Exception):  # noqa: N818 - not an error of its own
    """A let that is already reported."""


class _Names:
    """What resolving one day yields."""

    def __init__(self, implied: dict[str, Node], rights: list[Resolved]) -> None:
        self.implied = implied
        self.rights = rights

    def behind(self) -> dict[str, frozenset[str]]:
        """For each implied fact, those that decide it, however far."""
        found: dict[str, frozenset[str]] = {}
        for fact, node in self.implied.items():  # in order: what a fact depends on comes before it
            found[fact] = node.facts.union(*(found.get(name, frozenset()) for name in node.facts))
        return found


class _Resolving:
    """Looks up the names of every file on one day and gathers all mistakes."""

    def __init__(
        self, graph: Graph, facts: Mapping[str, FactEntry], parameters: Mapping[str, ParameterValue]
    ) -> None:
        self._entries = facts
        self._facts = {name: entry.fact for name, entry in facts.items()}
        self._graph = graph
        self._scope = Scope(self._graph, self._facts, parameters)
        self._problems: list[Problem] = []

    def all(self, shared: Iterable[Let], versions: Iterable[Version]) -> _Names:
        self._lets(shared, self._scope)
        implied = self._implied()
        rights = [rules for version in versions if (rules := self._right(version))]
        if self._problems:
            raise RuleErrors(self._problems)
        return _Names(implied, rights)

    def _resolve(
        self, syntax: Syntax, item: Item, scope: Scope, *, logical: bool | None = None
    ) -> Node | None:
        try:
            return resolve(syntax, scope, logical=logical)
        except Consequence:
            return None
        except BadExpression as error:
            self._problems.append(Problem(item.place_at(error.at), error.what, error.remedy))
            return None

    def _lets(self, lets: Iterable[Let], scope: Scope) -> None:
        for let in lets:
            if let.name in scope.names():
                self._problems.append(
                    Problem(let.item.place, f"{let.name!r} is already a name", "choose another")
                )
                continue
            node = self._resolve(let.tree, let.item, scope)
            if node is None:
                scope.broken.add(let.name)
            else:
                scope.lets[let.name] = node

    def _implied(self) -> dict[str, Node]:
        nodes = {}
        for name, entry in self._entries.items():
            if entry.only_if and (node := self._resolve(*entry.only_if, self._scope, logical=True)):
                nodes[name] = node
        return {name: nodes[name] for name in self._ordered(nodes)}

    def _ordered(self, nodes: Mapping[str, Node]) -> Iterator[str]:
        """What others depend on first; a circle is a mistake."""
        done: set[str] = set()
        waiting = dict(nodes)
        while waiting:
            ready = [n for n, node in waiting.items() if not (node.facts & waiting.keys())]
            if not ready:
                name = next(iter(waiting))
                item = self._entries[name].only_if[1]  # type: ignore[index]
                what = f"'only_if' of {', '.join(sorted(waiting))} depend on each other in a circle"
                self._problems.append(Problem(item.place, what, "let one of them stand without 'only_if'"))
                return
            for name in ready:
                del waiting[name]
                done.add(name)
                yield name

    def _right(self, version: Version) -> Resolved | None:
        assert version.text is not None
        before = len(self._problems)
        scope = Scope(
            self._graph,
            self._facts,
            self._scope.parameters,
            dict(self._scope.lets),
            set(),
            set(self._scope.broken),
        )
        self._lets(version.lets, scope)
        conditions = [nodes for c in version.conditions if (nodes := self._condition(c, scope)) is not None]
        amount = self._resolve(*version.amount, scope, logical=False) if version.amount else None
        shown = self._shown(version, scope)
        if len(self._problems) > before:
            return None
        draft = any(scope.parameters[name].draft for name in scope.used)
        return Resolved(version.right, version.day, version.text, tuple(conditions), amount, shown, draft)

    def _condition(self, condition: Condition, scope: Scope) -> tuple[Condition, Node, Node] | None:
        """The condition with when it surely and when it possibly holds."""
        sure = self._tree(condition.tree, scope)
        if condition.maybe is None or sure is None:
            return (condition, sure, sure) if sure else None
        maybe = self._tree(condition.maybe, scope)
        return (condition, sure, self._graph.either((sure, maybe))) if maybe else None

    def _tree(self, tree: Tree, scope: Scope) -> Node | None:
        if isinstance(tree, Leaf):
            return self._resolve(tree.syntax, tree.item, scope, logical=True)
        parts = [self._tree(part, scope) for part in tree.parts]
        if any(part is None for part in parts):
            return None
        return self._joined(tree, tuple(part for part in parts if part is not None))

    def _joined(self, tree: Joint, parts: tuple[Node, ...]) -> Node:
        if tree.how == "all":
            return self._graph.both(parts)
        either = self._graph.either(parts)
        return either if tree.how == "any" else self._graph.negate(either)

    def _shown(self, version: Version, scope: Scope) -> dict[str, tuple[Node, str]]:
        shown = {}
        for condition in version.conditions:
            for name in PLACEHOLDER.findall(condition.say):
                try:
                    shown[name] = self._placeholder(name, condition, scope)
                except _Reported:
                    continue
                except Mistake as mistake:
                    self._problems.append(mistake.problem)
        return shown

    def _placeholder(self, name: str, condition: Condition, scope: Scope) -> tuple[Node, str]:
        if name in scope.lets:
            return scope.lets[name], scope.lets[name].unit
        if name in scope.broken:
            raise _Reported
        parameter = scope.parameters.get(name)
        if parameter is None or isinstance(parameter.value, Table):
            condition.item.wrong(
                f"{{{name}}} is neither a 'let' nor a single parameter",
                nearest(name, [*scope.lets, *scope.parameters]),
            )
        return self._graph.const(parameter.value, parameter.unit), parameter.unit
