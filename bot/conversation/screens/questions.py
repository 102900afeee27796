"""One question a message: its choices, or boxes to tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.conversation.events import Puzzle
from bot.conversation.labels import LONGEST, choice_labels, full_labels, rounded, tick_label
from bot.conversation.messages import Block, Button
from bot.conversation.scene import Scene
from bot.conversation.screens.page import Action, Move, Page, at, button, item, main, note, numbered, text
from bot.conversation.state import Among, Answered, Apart, Correcting, Look, Placed, State, Ticking
from bot.eligibility.areas import area_of
from bot.eligibility.model import Fact, Question
from bot.eligibility.values import Answer, Interval, Unknown

_SENSITIVE = 2


def draw(scene: Scene) -> Page:
    question = scene.question
    if question is None:  # nothing is asked here: `Scene.screen` does not lead here then
        return Page(())
    asked = [scene.world.rules.facts[fact] for fact in question.facts]
    return _boxes(scene, asked) if len(asked) > 1 else _choices(scene, asked[0], question)


def _choices(scene: Scene, fact: Fact, question: Question) -> Page:
    phrases = scene.phrases
    if scene.exactly:
        how = note(phrases.say("question.exact_amount" if fact.type == "amount" else "question.exact_number"))
        return Page((text(phrases.translate(fact.ask)), how), (), _unsure(scene, fact.cost), wants="number")
    labels = choice_labels(fact, question.choices, phrases)
    return Page(
        (text(phrases.translate(fact.ask)), *_help(scene, fact, question)),
        numbered(labels, "a"),
        _unsure(scene, fact.cost),
        wants="place" if fact.areas else "number" if fact.numeric else "words",
    )


def _help(scene: Scene, fact: Fact, question: Question) -> list[Block]:
    phrases = scene.phrases
    full, short = (label(fact, question.choices, phrases) for label in (full_labels, choice_labels))
    blocks = [item(words) for words, shown in zip(full, short, strict=True) if words != shown]
    again = fact.name in scene.path.known and not scene.path.correcting
    blocks += [note(phrases.say("question.finer"))] if again else []
    blocks += [note(phrases.translate(fact.help))] if fact.help and not again else []
    blocks += [note(phrases.say("question.type_place"))] if fact.areas else []
    if fact.type == "amount":
        close = rounded(fact, question.choices)
        blocks.append(note(phrases.say("question.type_near_a_line" if close else "question.type")))
    return blocks


def _boxes(scene: Scene, asked: list[Fact]) -> Page:
    phrases, ticked = scene.phrases, _ticked(scene)
    question = scene.question
    assert question is not None
    labels = [tick_label(fact, ends[0], phrases) for fact, ends in zip(asked, question.pairs, strict=True)]
    boxes = tuple(
        Button(made.label, made.action, fact.name in ticked)
        for made, fact in zip(numbered(labels, "x"), asked, strict=True)
    )
    send = main(phrases.say("button.send_ticked" if ticked else "button.none_of_these"), "ok")
    long = [item(label) for label in labels if len(label) > LONGEST]
    blocks = (text(phrases.say("question.tick")), *long, note(phrases.say("question.unticked_is_no")))
    return Page(blocks, boxes, (send, *_unsure(scene, max(fact.cost for fact in asked))))


def _unsure(scene: Scene, cost: float) -> tuple[Button, ...]:
    """Beside every question; for a sensitive one "I'd rather not say" stands in sight, else in the menu."""
    say = scene.phrases.say
    shown = [button(say("button.dont_know"), "do:dont_know"), button(say("button.why"), "do:why")]
    if cost >= _SENSITIVE:
        shown.insert(1, button(say("button.decline"), "do:decline"))
    return tuple(shown)


def press(scene: Scene, pressed: Action) -> Move | None:
    question = scene.question
    if question is None:
        return None
    if pressed.verb == "a" and not scene.exactly and (choice := at(question.kept, pressed.of)) is not None:
        return Move(learn(scene, {question.fact: choice}))
    if pressed.verb == "x" and (fact := at(question.facts if len(question.facts) > 1 else (), pressed.of)):
        return Move(_toggled(scene, question, fact))
    if pressed.verb == "ok" and len(question.facts) > 1:
        ticked = _ticked(scene)
        asked = zip(question.facts, question.pairs, strict=True)
        return Move(learn(scene, {fact: ends[fact not in ticked] for fact, ends in asked}))
    return None


def unsure(scene: Scene, answer: Unknown) -> State | None:
    """The state after "I don't know" or "I'd rather not say"; None where nothing is asked. Things to tick are then
    asked one by one.
    """
    if scene.screen != "question" or scene.question is None:
        return None
    if len(scene.question.facts) > 1:  # which of them is not known, nobody said
        log = tuple(entry for entry in scene.state.log if not isinstance(entry, Ticking))
        return replace(scene.state, log=(*log, Apart(scene.question.facts)))
    return learn(scene, dict.fromkeys(scene.question.facts, answer))


def typed(scene: Scene, value: Decimal) -> State | Puzzle:
    """The state after a number was typed: only the band that the open rules draw around it is kept."""
    fact = scene.asked
    if fact is None or fact.range is None:
        return "not_understood"
    if not value.is_finite():
        return "not_a_number"
    if value < 0:
        return "negative"
    units = _units(fact, value, fact.range)
    if units is None:
        return "not_a_number"
    return _coarsened(scene, fact, units) if fact.range.low <= units <= fact.range.high else "out_of_range"


def _units(fact: Fact, value: Decimal, domain: Interval) -> int | None:
    """In cents, years or persons; None for a fraction of a person. An amount beyond its range is its top."""
    beyond = value > domain.high
    if fact.type == "amount":
        return domain.high if beyond else min(int(value * fact.scale), domain.high)
    if beyond:
        return domain.high + 1
    return int(value) if value == value.to_integral_value() else None


def _coarsened(scene: Scene, fact: Fact, units: int) -> State:
    known, state = scene.path.known, scene.state
    before = known.get(fact.name)
    contradicts = isinstance(before, Interval) and not before.low <= units <= before.high
    if contradicts or scene.path.correcting:
        known, state = scene.known_beside(fact.name), without(scene.state, fact.name)
    rights = scene.rights or scene.computed
    band = scene.world.rules.coarsen(fact.name, units, known, rights)
    kept = Interval(units, units) if scene.exactly else band  # the lines lie too near for a band
    return learn(Scene(state, scene.world), {fact.name: kept})


def lived_in(scene: Scene, communes: Sequence[str]) -> State | None:
    """The state after the question where somebody lives was answered with a commune, or with several that are
    one answer; None where that is not asked, or they are not.

    The commune itself is kept beside the answer: the office that serves it is then found without asking again.
    """
    fact = scene.world.rules.facts[scene.question.fact] if scene.question else None
    areas = {area_of(commune, fact.areas) for commune in communes} if fact and fact.areas else set()
    if fact is None or len(areas) != 1:
        return None
    state = learn(scene, {fact.name: frozenset(areas)})
    if len(communes) > 1:
        return state
    log = tuple(entry for entry in state.log if not isinstance(entry, Placed))
    return replace(state, log=(*log[:-1], Placed(communes[0])))


def learn(scene: Scene, answers: dict[str, Answer]) -> State:
    """The state with these answers; while correcting, the earlier ones go."""
    state = scene.state
    if scene.path.correcting in answers:
        state = without(uncovered(state), scene.path.correcting)
    over = (Ticking, Correcting, Among, *((Placed,) if _moved(scene, answers) else ()))
    log = tuple(entry for entry in state.log if not isinstance(entry, over))
    return replace(state, log=(*log, Answered(tuple(answers.items()))))


def _moved(scene: Scene, answers: dict[str, Answer]) -> bool:
    """Whether an answer of where somebody lives is not the commune that was named before."""
    facts, commune = scene.world.rules.facts, scene.path.commune
    lived = [(facts[name].areas, answer) for name, answer in answers.items() if facts[name].areas]
    return bool(commune) and any(area_of(commune, areas) not in answer for areas, answer in lived)


def uncovered(state: State) -> State:
    """The state without the page from which a correction was wished for."""
    return replace(state, log=tuple(entry for entry in state.log if not isinstance(entry, Look)))


def without(state: State, fact: str) -> State:
    """The state with no answer about this fact; all the others are still true."""
    kept = [
        Answered(tuple(pair for pair in entry.answers if pair[0] != fact))
        if isinstance(entry, Answered)
        else entry
        for entry in state.log
    ]
    return replace(state, log=tuple(entry for entry in kept if entry != Answered(())))


def _toggled(scene: Scene, question: Question, fact: str) -> State:
    ticking = Ticking(question.facts, _ticked(scene) ^ {fact})
    log = scene.state.log
    log = log[:-1] if log and isinstance(log[-1], Ticking) else log
    return replace(scene.state, log=(*log, ticking) if ticking.ticked else log)


def _ticked(scene: Scene) -> frozenset[str]:
    ticking, question = scene.path.ticking, scene.question
    same = ticking is not None and question is not None and ticking.facts == question.facts
    return ticking.ticked if ticking is not None and same else frozenset()
