"""One moment of a conversation: its state in its world, and what follows from both (computed once)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from bot.conversation.path import Path, follow
from bot.conversation.phrases import Phrases
from bot.conversation.ports import Appointment, Office
from bot.conversation.ranking import ranked
from bot.conversation.state import Begun, Correcting, Look, State
from bot.conversation.world import Topic, World
from bot.eligibility.model import Contradiction, Fact, Question, RightText, Verdict
from bot.eligibility.values import Answer, Interval

EVERYTHING: Final = "all"
_ENOUGH: Final = 3  # after so many answers a number is not asked any more


@dataclass(frozen=True)
class Scene:
    state: State
    world: World

    def after(self, state: State) -> Scene:
        return Scene(state, self.world)

    @cached_property
    def path(self) -> Path:
        return follow(self.state.log, self.world.rules.facts)

    @cached_property
    def phrases(self) -> Phrases:
        known = self.world.phrases
        return (known.get(self.state.language) or next(iter(known.values()))).watched()

    @cached_property
    def screen(self) -> str:
        """Which page stands open."""
        if self.path.look is not None:
            return self.path.look.screen
        if not self.state.log:
            return "greeting"
        if self.path.visit is None and self.path.among:
            return "which_commune"
        if self.path.correcting:
            return "question"
        if self.path.visit is not None:
            return self._visiting
        if self.clash:
            return "contradiction"
        if not self.path.topics:
            return "topics"
        if not self.rights:
            return "no_rules"
        return "question" if self.question else "results"

    @property
    def _visiting(self) -> str:
        if self.moving:
            return "booking" if self.path.picked else "slots"
        if self.path.among:
            return "which_commune"
        if not self.path.commune and not self.path.office:
            return "commune"
        if self.path.picked:
            return "booking"
        return "slots" if self.office else "no_office"

    # --- rights ---------------------------------------------------------------------------------------------

    @cached_property
    def rights(self) -> tuple[str, ...]:
        """The rights that the chosen topics are about."""
        return tuple(right for right in self.computed if self._concerns(self.texts[right]))

    def _concerns(self, text: RightText) -> bool:
        return EVERYTHING in self.path.topics or any(topic in self.path.topics for topic in text.topics)

    @cached_property
    def computed(self) -> tuple[str, ...]:
        """All the rights that this deployment computes."""
        limit = self.world.rights
        return tuple(right for right in self.texts if limit is None or right in limit)

    @property
    def texts(self) -> Mapping[str, RightText]:
        return self.world.rules.texts

    @cached_property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdicts of the chosen topics, the most promising first."""
        found = self.world.rules.evaluate(self.path.known, self.rights)
        return ranked(found, self.texts, self.path.topics)

    @cached_property
    def uncomputed(self) -> list[Topic]:
        """Chosen topics for which there is no rule: a person helps there."""
        covered = {topic for right in self.computed for topic in self.texts[right].topics}
        return [t for t in self.world.topics if t.name in self.path.topics and t.name not in covered]

    # --- questions ------------------------------------------------------------------------------------------

    @cached_property
    def question(self) -> Question | None:
        """The question at hand: the one being corrected, else the next that can change an open verdict."""
        rules, path = self.world.rules, self.path
        if path.correcting:
            known = self.known_beside(path.correcting)
            return rules.question_about(path.correcting, known, self.rights or self.computed)
        return rules.next_question(path.known, self.rights, self._left, path.apart) if self.rights else None

    @property
    def _left(self) -> set[str]:
        """The facts that are not asked any finer: by the person's wish, or because they were asked enough."""
        often = {fact for fact, told in self.path.bands.items() if told >= _ENOUGH}
        return self.path.passed | {fact for fact in often if not exact(self.path.known[fact])}

    @property
    def exactly(self) -> bool:
        """Whether the number at hand is asked as it is."""
        asked, question = self.asked, self.question
        if asked is None or question is None or self.path.correcting:
            return False
        return in_full(asked, question, self.path.bands[asked.name])

    @cached_property
    def clash(self) -> Contradiction | None:
        """Answers that cannot all be true."""
        return next(iter(self.world.rules.contradictions(self.path.known)), None)

    @property
    def asked(self) -> Fact | None:
        """The fact at hand, when there is a question about just one."""
        on = self.screen == "question" and self.question
        return self.world.rules.facts[on.fact] if on and len(on.facts) == 1 else None

    def known_beside(self, fact: str) -> dict[str, Answer]:
        return {name: answer for name, answer in self.path.known.items() if name != fact}

    # --- offices --------------------------------------------------------------------------------------------

    @cached_property
    def offices(self) -> Sequence[Office]:
        """Who serves the commune for this visit, the best first."""
        if not self.path.commune:
            return ()
        return self.world.directory.serving(self.path.commune, self.kinds, self.world.today)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of office that help with the visit at hand."""
        right = self.path.visit or ""
        if right in self.texts:
            return self.texts[right].offices
        of_topics = [kind for topic in self._chosen for kind in topic.offices]
        return tuple(dict.fromkeys([*of_topics, *self.world.anyone]))

    @property
    def _chosen(self) -> list[Topic]:
        return [topic for topic in self.world.topics if topic.name in self.path.topics]

    @cached_property
    def office(self) -> Office | None:
        """The office at hand: the one chosen, else the best; of a visit that is moved, its own."""
        if self.moving:
            return self.world.directory.office(self.moving.slot.office)
        if self.path.office and not self.path.commune:
            return self.world.directory.office(self.path.office)  # that of an appointment they had
        chosen = [office for office in self.offices if office.id == self.path.office]
        return next(iter([*chosen, *self.offices]), None)

    @property
    def wanted(self) -> tuple[str, int, str] | None:
        """Which free slots the page at hand needs: of which office, from which on, in which kind of visit."""
        if self.screen != "slots" or self.office is None or not self.office.bookable:
            return None
        return self.office.id, 3 * self.path.later, self.kind

    @property
    def kind(self) -> str:
        """How the person wishes to be received; empty for the usual way."""
        return self.moving.care.kind if self.moving else self.path.way

    @cached_property
    def moving(self) -> Appointment | None:
        """The appointment for which another time is looked for."""
        found = self.appointment(self.path.moves) if self.path.moves and self.path.visit is not None else None
        return found if found and not found.care.off else None

    def appointment(self, reference: str) -> Appointment | None:
        return next((a for a in self.state.appointments if a.reference == reference), None)

    # --- moving ---------------------------------------------------------------------------------------------

    def settled(self) -> State:
        """The state without the pages laid over the way."""
        log = self.state.log
        while log and isinstance(log[-1], Look):
            log = log[:-1]
        return replace(self.state, log=log)

    def look(self, screen: str, of: str = "") -> State:
        """Lay a page over the way; one that is already there is uncovered instead."""
        page, log = Look(screen, of), self.state.log
        bottom = len(self.settled().log)
        laid = log[bottom:]
        kept = laid[: laid.index(page)] if page in laid else laid
        return replace(self.state, log=(*log[:bottom], *kept, page))

    def correct(self, fact: str) -> State:
        """Ask again, over the page where that was wished for: the way back leads there."""
        log = tuple(entry for entry in self.state.log if not isinstance(entry, Correcting))
        return replace(self.state, log=(*log, Correcting(fact)))

    def begun(self) -> State:
        """Past the greeting, with no page laid over."""
        state = self.settled()
        return state if state.log else state.plus(Begun())


def in_full(fact: Fact, question: Question, told: int) -> bool:
    """Whether a number that was told so often in bands is now asked as it is. Nobody should be asked for an amount
    a third time: the second time bands will do only where they leave nothing to ask. The law's lines along an age
    are few, and a second band nearly always settles it.
    """
    return told > 1 or (told == 1 and fact.type != "age" and not question.settles)


def exact(answer: Answer) -> bool:
    """Whether a number is known to its unit."""
    return isinstance(answer, Interval) and answer.low == answer.high
