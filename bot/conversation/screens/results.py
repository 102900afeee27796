"""One right: whether the person probably has it, why, and how to get it."""

from __future__ import annotations

from typing import Final

from bot.conversation.changes import in_other_words
from bot.conversation.messages import Block, Button, Mark
from bot.conversation.ranking import standing
from bot.conversation.scene import Scene
from bot.conversation.screens import visit
from bot.conversation.screens.page import (
    Action,
    Move,
    Page,
    at,
    button,
    item,
    main,
    note,
    numbered,
    text,
    title,
)
from bot.eligibility.model import Change, ConditionState, RightText, Verdict
from bot.eligibility.values import DONT_KNOW

_SHOWN: Final = 4  # rights offered at once, beside a person
_WHO: Final = 2  # how many of several are named in a sentence
_MARKS: Final[dict[str, Mark]] = {
    "likely": "yes", "unlikely": "no", "open": "open", "orientation": "", "demonstration": "", "true": "yes",
    "false": "no",
}  # fmt: skip


def short_name(scene: Scene, right: str) -> str:
    return scene.phrases.translate(scene.texts[right].short or scene.texts[right].name)


# --- one right ----------------------------------------------------------------------------------------------


def draw_right(scene: Scene) -> Page:
    right = _looked_at(scene)
    if right not in scene.texts:
        return Page(
            (text(scene.phrases.say("results.gone")),),
            (button(scene.phrases.say("button.results"), "do:results"),),
        )
    verdict = scene.world.rules.evaluate(scene.path.known, (right,))[right]
    told, say = scene.texts[right], scene.phrases.say
    blocks = [*_verdict(scene, told, verdict), *_conditions(scene, verdict), *_caveats(scene, told, verdict)]
    blocks += _apply(scene, told, verdict)
    go_on = (button(say("button.go_on"), "go"),) if scene.question else ()
    return Page(
        (*blocks, *_appeal(scene, told), *_sources(scene, told, verdict)),
        (*_visit(scene, told, verdict), *go_on, button(say("button.all_results"), "do:results")),
    )


def _visit(scene: Scene, told: RightText, verdict: Verdict) -> tuple[Button, ...]:
    label = scene.phrases.say("button.book")
    if told.demonstration:
        return ()
    return (button(label, "v") if verdict.conclusion == "unlikely" else main(label, "v"),)


def press_right(scene: Scene, pressed: Action) -> Move | None:
    if pressed.verb == "v" and (right := _looked_at(scene)) in scene.texts:
        return Move(visit.wish(scene, right))
    return Move(visit.left(scene)) if pressed.verb == "go" and scene.question else None


def _looked_at(scene: Scene) -> str:
    return scene.path.look.of if scene.path.look else ""


def _verdict(scene: Scene, told: RightText, verdict: Verdict) -> list[Block]:
    phrases = scene.phrases
    blocks = [
        title(phrases.translate(told.name)),
        text(phrases.translate(told.in_short)),
        Block("item", phrases.say(f"right.{standing(verdict, told)}"), _MARKS[standing(verdict, told)]),
    ]
    return blocks + [text(words) for words in amount_in_words(scene, verdict)]


def amount_in_words(scene: Scene, verdict: Verdict) -> list[str]:
    """What it may bring, as sentences. Of a range too wide to tell anything only the top, for who probably has
    the right, and what it still hangs on.
    """
    phrases, amount = scene.phrases, verdict.amount
    about = phrases.about(amount) if amount else ""
    if not about or amount is None:
        return []
    sure = verdict.conclusion == "likely"
    hinges = _hinges(scene, verdict.right) if phrases.wide(amount) else []
    said = [phrases.say("right.amount" if sure else "right.amount_if", amount=about)]
    told = said if sure or not hinges else []
    return [*told, phrases.say("right.amount_hangs_on", facts=hinges)] if hinges else told


def _hinges(scene: Scene, right: str) -> list[str]:
    """What the person did not tell and an amount hangs on, as these facts are named."""
    known, phrases = scene.path.known, scene.phrases
    hinges = scene.world.rules.amount_hangs_on(right, known)
    untold = [fact for fact in hinges if isinstance(known.get(fact, DONT_KNOW), str)][:_WHO]
    return [phrases.say("figure.quoted", words=_label(scene, fact)) for fact in untold]


def _label(scene: Scene, fact: str) -> str:
    return scene.phrases.translate(scene.world.rules.facts[fact].label)


def _conditions(scene: Scene, verdict: Verdict) -> list[Block]:
    say = scene.phrases.say
    unmet = any(condition.state == "false" for condition in verdict.conditions)
    changes = scene.world.rules.would_change(verdict.right, scene.path.known) if unmet else ()
    blocks = [title(say("right.conditions"))]
    for condition in sorted(verdict.conditions, key=lambda each: each.state != "false"):
        blocks.append(Block("item", scene.phrases.tell(condition.said), _MARKS[condition.state]))
        blocks += _deciding(scene, condition) if verdict.conclusion == "open" else []
        blocks += [_changing(scene, change) for change in changes if change.condition == condition.id]
    return [*blocks, *_who_reads(scene, verdict)]


def _deciding(scene: Scene, condition: ConditionState) -> list[Block]:
    """How a condition that is open gets settled: by whom where no answer can, and with which papers."""
    if condition.state != "open":
        return []
    blocks = [note(scene.phrases.say("right.kept_open"))] if condition.kept_open else []
    if condition.papers:
        papers = [scene.phrases.inline(paper) for paper in condition.papers]
        blocks.append(note(scene.phrases.say("right.paper_decides", papers=papers)))
    return blocks


def _changing(scene: Scene, change: Change) -> Block:
    fact = scene.world.rules.facts[change.fact]
    return note(in_other_words(fact, scene.path.known[change.fact], change.values, scene.phrases))


def _who_reads(scene: Scene, verdict: Verdict) -> list[Block]:
    """Of an open verdict: who can look at the papers together with the person."""
    kinds = scene.world.directory.kinds
    named = [kinds[kind].name for kind in scene.texts[verdict.right].offices if kind in kinds][:_WHO]
    if verdict.conclusion != "open" or not named:
        return []
    offices = scene.phrases.either([scene.phrases.translate(name) for name in named])
    return [text(scene.phrases.say("right.who_reads", offices=offices))]


def _apply(scene: Scene, told: RightText, verdict: Verdict) -> list[Block]:
    if verdict.conclusion == "unlikely":
        return []
    phrases = scene.phrases
    blocks = _list(scene, "right.papers", told.apply.papers) + _list(scene, "right.steps", told.apply.steps)
    if told.apply.online:
        blocks.append(Block("link", phrases.say("right.online"), href=told.apply.online))
    return blocks


def _list(scene: Scene, heading: str, sentences: tuple[str, ...]) -> list[Block]:
    if not sentences:
        return []
    return [title(scene.phrases.say(heading)), *(item(scene.phrases.translate(each)) for each in sentences)]


def _appeal(scene: Scene, told: RightText) -> list[Block]:
    if told.appeal is None:
        return []
    phrases = scene.phrases
    within = phrases.translate(told.appeal.within)
    blocks = [
        title(phrases.say("right.appeal")),
        text(phrases.say("right.appeal_within", within=within)),
        text(phrases.translate(told.appeal.how)),
    ]
    if told.appeal.url:
        blocks.append(Block("link", phrases.say("right.appeal_link"), href=told.appeal.url))
    return blocks


def _caveats(scene: Scene, told: RightText, verdict: Verdict) -> list[Block]:
    """What is screened more coarsely than the law, not traced, or due for review."""
    phrases = scene.phrases
    said = [phrases.say("right.local")] if told.local else []
    said += [phrases.translate(told.coarse)] if told.coarse else []
    said += [phrases.say("right.draft")] if verdict.draft or told.checked_how == "draft" else []
    said += [phrases.say("right.overdue")] if verdict.overdue else []
    return [title(phrases.say("right.good_to_know")), *map(text, said)] if said else []


def _sources(scene: Scene, told: RightText, verdict: Verdict) -> list[Block]:
    phrases = scene.phrases
    blocks = [title(phrases.say("right.sources"))]
    blocks += [Block("link", source.title, href=source.url) for source in told.sources]
    version, checked = phrases.day(verdict.version), phrases.day(told.checked_on)
    return [*blocks, note(phrases.say("right.version", version=version, checked=checked))]


# --- which right to book for --------------------------------------------------------------------------------


def draw_book(scene: Scene) -> Page:
    """Of several rights one, or first of all somebody who looks at them all."""
    say = scene.phrases.say
    labels = [short_name(scene, right) for right in bookable(scene)[:_SHOWN]]
    person = main(say("button.take_stock"), "do:human")
    return Page((text(say("book.which")),), (person, *numbered(labels, "r")))


def press_book(scene: Scene, pressed: Action) -> Move | None:
    right = at(bookable(scene), pressed.of) if pressed.verb == "r" else None
    return Move(visit.wish(scene, right)) if right else None


def bookable(scene: Scene) -> list[str]:
    """The rights worth a visit, the most promising first."""
    hopeful = [right for right, verdict in scene.verdicts.items() if verdict.conclusion != "unlikely"]
    return [right for right in hopeful if not scene.texts[right].demonstration]
