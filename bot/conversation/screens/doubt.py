"""What somebody wrote was not clear: which topic they meant, and, where it may be danger, whether it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.conversation.scene import Scene
from bot.conversation.screens import greeting
from bot.conversation.screens.page import Action, Move, Page, at, button, note, numbered, text
from bot.conversation.state import Look, State
from bot.conversation.world import Topic

MOST: Final = 3
"""Topics that are offered."""
_BETWEEN: Final = "+"  # the names in `Look.of`


def which_topic(scene: Scene, names: Sequence[str]) -> State | None:
    """The page that offers these topics; None where this world knows none of them."""
    known = {topic.name for topic in scene.world.topics}
    offered = [name for name in dict.fromkeys(names) if name in known][:MOST]
    return _laid(scene, Look("doubtful", _BETWEEN.join(offered))) if offered else None


def draw_doubtful(scene: Scene) -> Page:
    say = scene.phrases.say
    labels = [scene.phrases.translate(topic.label) for topic in _offered(scene)]
    every = (button(say("button.all_of_these"), "all"),) if len(labels) > 1 else ()
    none = button(say("button.none_of_these"), "none")
    return Page((text(say("doubtful.ask")),), (*numbered(labels, "t"), *every, none))


def press_doubtful(scene: Scene, pressed: Action) -> Move | None:
    if pressed.verb == "none":
        below = scene.after(scene.begun())
        return Move(below.state if below.screen == "topics" else below.look("topics"))
    offered = _offered(scene)
    topic = at(offered, pressed.of) if pressed.verb == "t" else None
    meant = [topic] if topic else offered if pressed.verb == "all" else []
    return Move(greeting.choose(scene, tuple(each.name for each in meant))) if meant else None


def _offered(scene: Scene) -> list[Topic]:
    known = {topic.name: topic for topic in scene.world.topics}
    names = scene.path.look.of.split(_BETWEEN) if scene.path.look else []
    return [known[name] for name in names if name in known]


def whether_in_danger(scene: Scene, kind: str) -> State:
    """The page that asks, over what stands open."""
    return _laid(scene, Look("danger", kind))


def draw_danger(scene: Scene) -> Page:
    say = scene.phrases.say
    buttons = (button(say("button.yes_danger"), "yes"), button(say("button.no_go_on"), "no"))
    return Page((text(say("danger.ask")), note(say("danger.help"))), buttons)


def press_danger(scene: Scene, pressed: Action) -> Move | None:
    """Either way back to what stood open; with help, where it is needed."""
    kind = scene.path.look.of if scene.path.look else ""
    below = replace(scene.state, log=scene.state.log[:-1])
    if pressed.verb == "yes":
        return Move(below.noting("crisis", kind))
    return Move(below) if pressed.verb == "no" else None


def _laid(scene: Scene, page: Look) -> State:
    """Over what stands open, in place of another such page."""
    log = scene.state.log
    while log and isinstance(log[-1], Look) and log[-1].screen == page.screen:
        log = log[:-1]
    return replace(scene.state, log=(*log, page))
