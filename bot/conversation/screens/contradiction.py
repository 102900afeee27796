"""Answers that cannot all be true: which one is to be corrected?"""

from __future__ import annotations

from bot.conversation.labels import in_words
from bot.conversation.scene import Scene
from bot.conversation.screens.page import MOST, Action, Move, Page, at, button, item, text
from bot.conversation.screens.questions import without
from bot.conversation.state import State
from bot.eligibility.model import Contradiction


def draw(scene: Scene) -> Page:
    clash, phrases = scene.clash, scene.phrases
    if clash is None:  # `Scene.screen` does not lead here then
        return Page(())
    facts = [scene.world.rules.facts[name] for name in _involved(clash)]
    labels = [phrases.translate(fact.label) for fact in facts]
    answers = [in_words(fact, scene.path.known[fact.name], phrases) for fact in facts]
    lines = [
        item(phrases.say("summary.line", label=label, answer=answer))
        for label, answer in zip(labels, answers, strict=True)
    ]
    buttons = [
        button(phrases.say("button.correct", label=label), f"w:{index}") for index, label in enumerate(labels)
    ]
    return Page(
        (text(phrases.say("contradiction.said")), *lines, text(phrases.say("contradiction.which"))),
        tuple(buttons),
        (button(phrases.say("button.dont_know"), "do:dont_know"),),
    )


def press(scene: Scene, pressed: Action) -> Move | None:
    """Where only one answer is possible beside the others, there is nothing to ask again."""
    clash = scene.clash
    fact = at(_involved(clash), pressed.of) if clash and pressed.verb == "w" else None
    if clash is None or fact is None:
        return None
    return Move(leave(scene, clash) if fact == clash.fact else scene.correct(fact))


def leave(scene: Scene, clash: Contradiction) -> State:
    """The answer that the others make impossible goes; no verdict changes, for it counted no more."""
    return without(scene.state, clash.fact).noting("answer_dropped")


def _involved(clash: Contradiction) -> tuple[str, ...]:
    return (clash.fact, *clash.against)[:MOST]
