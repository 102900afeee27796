"""What belongs to the person: their answers, their language, and the end of it all."""

from __future__ import annotations

from typing import Final

from bot.conversation.effects import Erase
from bot.conversation.labels import in_words
from bot.conversation.messages import Given
from bot.conversation.scene import Scene
from bot.conversation.screens.page import (
    MOST,
    Action,
    Move,
    Page,
    button,
    following,
    item,
    leaf,
    note,
    text,
    title,
)

_EACH: Final = MOST


def given(scene: Scene) -> tuple[Given, ...]:
    """The answers so far, in the order in which they were given."""
    facts, phrases, turns = scene.world.rules.facts, scene.phrases, scene.path.turns
    return tuple(
        Given(
            phrases.translate(facts[name].label), in_words(facts[name], answer, phrases), f"fix:{index}",
            turns[name], answer == frozenset({"no"}),
        )
        for index, (name, answer) in enumerate(scene.path.known.items())
    )  # fmt: skip


def draw_summary(scene: Scene) -> Page:
    say, answers = scene.phrases.say, given(scene)
    if not answers:
        return Page((text(say("summary.empty")),), (button(say("button.go_on"), "go"),))
    first = _EACH * _leaf(scene)
    buttons = tuple(
        button(say("button.correct", label=a.label), a.action) for a in answers[first : first + _EACH]
    )
    more = (button(say("button.more_answers"), "more"),) if len(answers) > _EACH else ()
    lines = [item(say("summary.line", label=a.label, answer=a.answer)) for a in answers]
    go_on = button(say("button.go_on"), "go")
    return Page((title(say("summary.title")), *lines, note(say("summary.help"))), buttons, (go_on, *more))


def press_summary(scene: Scene, pressed: Action) -> Move | None:
    if pressed.verb == "more":
        new = following(_leaf(scene), len(scene.path.known), _EACH)
        return Move(scene.after(scene.settled()).look("summary", str(new) if new else ""))
    return Move(scene.settled()) if pressed.verb == "go" else None


def _leaf(scene: Scene) -> int:
    return leaf(scene.path.look.of if scene.path.look else "", len(scene.path.known), _EACH)


def draw_languages(scene: Scene) -> Page:
    all_of_them, first = list(scene.world.phrases.values()), MOST * _languages_leaf(scene)
    buttons = tuple(button(p.name, f"lang:{p.language}") for p in all_of_them[first : first + MOST])
    more = (button(scene.phrases.say("button.more_languages"), "more"),) if len(all_of_them) > MOST else ()
    return Page((text(scene.phrases.say("language.which")),), buttons, more)


def press_languages(scene: Scene, pressed: Action) -> Move | None:
    if pressed.verb != "more":
        return None
    new = following(_languages_leaf(scene), len(scene.world.phrases), MOST)
    return Move(scene.after(scene.settled()).look("language", str(new) if new else ""))


def _languages_leaf(scene: Scene) -> int:
    return leaf(scene.path.look.of if scene.path.look else "", len(scene.world.phrases), MOST)


def draw_erase(scene: Scene) -> Page:
    say = scene.phrases.say
    blocks = [text(say("erase.sure"))]
    if scene.state.appointments:
        blocks.append(note(say("erase.appointments")))
    return Page(tuple(blocks), (button(say("button.yes_erase"), "yes"), button(say("button.no_go_on"), "no")))


def press_erase(scene: Scene, pressed: Action) -> Move | None:
    if pressed.verb == "yes":
        return Move(scene.state, (Erase(),))
    return Move(scene.settled()) if pressed.verb == "no" else None


def draw_stopped(scene: Scene) -> Page:
    say = scene.phrases.say
    return Page(
        (text(say("stopped.text")),),
        (button(say("button.resume"), "go"), button(say("button.erase"), "do:erase")),
    )


def press_stopped(scene: Scene, pressed: Action) -> Move | None:
    return Move(scene.settled()) if pressed.verb == "go" else None
