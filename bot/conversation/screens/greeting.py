"""Hello, what this is, what is kept, and what brings the person."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.messages import Button
from bot.conversation.scene import EVERYTHING, Scene
from bot.conversation.screens.page import (
    MOST,
    Action,
    Move,
    Page,
    at,
    button,
    following,
    leaf,
    main,
    note,
    numbered,
    text,
    title,
)
from bot.conversation.state import Begun, Correcting, State, TopicsChosen

_SHOWN_LANGUAGES = 8  # each in its own name: who reads no French must find theirs


def draw_greeting(scene: Scene) -> Page:
    say = scene.phrases.say
    return Page(
        (title(say("greeting.title")), text(say("greeting.does")), note(say("greeting.keeps"))),
        (main(say("button.begin"), "go"), button(say("button.human"), "do:human")),
        _languages(scene),
    )


def _languages(scene: Scene) -> tuple[Button, ...]:
    others = [p for p in scene.world.phrases.values() if p.language != scene.phrases.language]
    if len(others) > _SHOWN_LANGUAGES:
        return (button(scene.phrases.say("button.language"), "do:language"),)
    return tuple(button(phrases.name, f"lang:{phrases.language}") for phrases in others)


def press_greeting(scene: Scene, pressed: Action) -> Move | None:
    return Move(scene.state.plus(Begun())) if pressed.verb == "go" else None


def draw_topics(scene: Scene) -> Page:
    say, topics = scene.phrases.say, scene.world.topics
    first = MOST * _leaf(scene)
    labels = [scene.phrases.translate(topic.label) for topic in topics[first : first + MOST]]
    more = (button(say("button.more_topics"), "more"),) if len(topics) > MOST else ()
    dont_know = button(say("button.dont_know"), "do:dont_know")
    return Page(
        (text(say("topics.ask")), note(say("topics.help"))), numbered(labels, "t", first), (dont_know, *more)
    )


def press_topics(scene: Scene, pressed: Action) -> Move | None:
    if pressed.verb == "more":
        return Move(_turned(scene))
    topic = at(scene.world.topics, pressed.of) if pressed.verb == "t" else None
    return Move(choose(scene, (topic.name,))) if topic else None


def choose(scene: Scene, names: tuple[str, ...]) -> State:
    """These topics too, from now on; unknown names are passed over."""
    known = {topic.name for topic in scene.world.topics} | {EVERYTHING}
    wanted = tuple(name for name in dict.fromkeys(names) if name in known)
    state = scene.begun()
    log = tuple(entry for entry in state.log if not isinstance(entry, Correcting))
    return replace(state, log=(*log, TopicsChosen(wanted))) if wanted else scene.state


def _leaf(scene: Scene) -> int:
    of = scene.path.look.of if scene.path.look else ""
    return leaf(of, len(scene.world.topics), MOST)


def _turned(scene: Scene) -> State:
    new = following(_leaf(scene), len(scene.world.topics), MOST)
    below = scene.after(scene.settled())
    return below.look("topics", str(new)) if new or below.screen != "topics" else below.state


def draw_no_rules(scene: Scene) -> Page:
    """Topics for which nothing is computed: a person helps."""
    say = scene.phrases.say
    named = [scene.phrases.translate(topic.label) for topic in scene.uncomputed]
    return Page(
        (text(say("no_rules.text", topics=named)), text(say("no_rules.human"))),
        (button(say("button.human"), "do:human"), button(say("button.other_topic"), "to:topics")),
    )
