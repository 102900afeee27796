"""All that the person probably has a right to: a short list at a time, the weightiest first."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from bot.conversation.messages import Block, Button, Mark
from bot.conversation.ranking import standing
from bot.conversation.scene import Scene
from bot.conversation.screens import visit
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
from bot.conversation.screens.results import amount_in_words, bookable, short_name
from bot.conversation.state import State
from bot.eligibility.model import Verdict

_MARKS: Final[dict[str, Mark]] = {"likely": "yes", "unlikely": "no", "open": "open"}
_COUNTED: Final = ("likely", "open", "orientation")
_SHOWN: Final = MOST - 1  # rights on one page, beside the way to a person


def draw(scene: Scene) -> Page:
    say, rights = scene.phrases.say, list(scene.verdicts)
    first = _SHOWN * _leaf(scene)
    shown = rights[first : first + _SHOWN]
    go_on = (button(say("button.go_on"), "go"),) if scene.question else ()
    more = (button(say("button.more_rights"), "more"),) if len(rights) > _SHOWN else ()
    labels = [short_name(scene, right) for right in shown]
    return Page(
        (*_heading(scene, first, len(shown)), *_listed(scene, shown), *_what_next(scene)),
        (_to_a_person(scene), *numbered(labels, "r", first)), (*go_on, *more),
        menu=(button(say("button.other_topic"), "to:topics"),),
    )  # fmt: skip


def _heading(scene: Scene, first: int, shown: int) -> list[Block]:
    say, total = scene.phrases.say, len(scene.verdicts)
    blocks = [title(say("results.so_far" if scene.question else "results.title"))]
    if first:
        return [*blocks, note(say("results.leaf", first=first + 1, last=first + shown, total=total))]
    blocks += [text(words) for words in _counts(scene)]
    blocks.append(text(say("results.probably" if _hopeful(scene) else "results.none_likely")))
    if scene.uncomputed:
        named = [scene.phrases.translate(topic.label) for topic in scene.uncomputed]
        blocks.append(note(say("no_rules.text", topics=named)))
    return blocks


def _counts(scene: Scene) -> list[str]:
    """How many there are of each kind; nothing where the short list shows them all."""
    if len(scene.verdicts) <= _SHOWN:
        return []
    kinds = [standing(verdict, scene.texts[right]) for right, verdict in scene.verdicts.items()]
    counts = [(kind, kinds.count(kind)) for kind in _COUNTED]
    return [scene.phrases.say(f"results.count_{kind}", count=count) for kind, count in counts if count]


def _hopeful(scene: Scene) -> bool:
    return bool(bookable(scene))


def _listed(scene: Scene, shown: list[str]) -> list[Block]:
    blocks: list[Block] = []
    kinds = groupby(shown, key=lambda right: standing(scene.verdicts[right], scene.texts[right]))
    for kind, rights in kinds:
        blocks.append(title(scene.phrases.say(f"results.{kind}")))
        blocks += [_line(scene, right, scene.verdicts[right], _MARKS.get(kind, "")) for right in rights]
    return blocks


def _line(scene: Scene, right: str, verdict: Verdict, mark: Mark) -> Block:
    phrases, told = scene.phrases, scene.texts[right]
    name = phrases.translate(told.name)
    parts = [f"{name}. {phrases.translate(told.in_short)}"]
    parts += amount_in_words(scene, verdict)
    tags = {"local": told.local, "draft": verdict.draft, "overdue": verdict.overdue}
    parts += [phrases.say(f"results.{tag}") for tag, holds in tags.items() if holds]
    return Block("item", " ".join(parts), mark, name=name)


def _what_next(scene: Scene) -> list[Block]:
    keys = ["results.press_for_more", *(("results.book",) if _hopeful(scene) else ())]
    return [text(scene.phrases.say(key)) for key in keys]


def _to_a_person(scene: Scene) -> Button:
    say = scene.phrases.say
    return main(say("button.book"), "do:book") if _hopeful(scene) else main(say("button.human"), "do:human")


def press(scene: Scene, pressed: Action) -> Move | None:
    if pressed.verb == "more":
        new = following(_leaf(scene), len(scene.verdicts), _SHOWN)
        return Move(scene.after(_uncovered(scene)).look("results", str(new) if new else ""))
    if pressed.verb == "go" and scene.question:
        return Move(visit.left(scene))
    right = at(list(scene.verdicts), pressed.of) if pressed.verb == "r" else None
    return Move(scene.look("right", right)) if right else None


def _uncovered(scene: Scene) -> State:
    return scene.settled() if scene.path.look else scene.state


def _leaf(scene: Scene) -> int:
    look = scene.path.look
    return leaf(look.of if look else "", len(scene.verdicts), _SHOWN)
