"""What is said once, before the prompt: why, what went wrong, what was done, and help in danger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.conversation.messages import Block, Message
from bot.conversation.phrases import Phrases
from bot.conversation.ports import Helpline
from bot.conversation.scene import Scene
from bot.conversation.screens.page import item, note, text, title
from bot.conversation.state import Note

BETWEEN: Final = "+"  # the names of topics in `Note.about`
_SHOWN_RIGHTS: Final = 4
_EXAMPLES: Final = {"amount": 800, "age": 34, "count": 2}


def notices(scene: Scene) -> tuple[Message, ...]:
    """The messages of the last turn, help in danger first."""
    told = [_message(scene, each) for each in scene.state.notes]
    return tuple(
        sorted((message for message in told if message.blocks), key=lambda message: not message.urgent)
    )


def offered(scene: Scene) -> Phrases | None:
    """The sentences of the language that is offered in this turn: that of the person's own words."""
    codes = [each.about for each in scene.state.notes if each.kind == "language_offered"]
    return scene.world.phrases.get(codes[-1]) if codes else None


def _message(scene: Scene, each: Note) -> Message:
    if each.kind == "crisis":
        return _crisis(scene, each.about)
    return Message(tuple(_SAYS.get(each.kind, _plain)(scene, each)))


def _plain(scene: Scene, each: Note) -> list[Block]:
    return [text(scene.phrases.say(f"note.{each.kind}"))]


# --- in danger ----------------------------------------------------------------------------------------------


def _crisis(scene: Scene, kind: str) -> Message:
    """In the language of the conversation; before that in the one they just wrote in, where it is another."""
    helpline = scene.world.helplines.get(kind) or next(iter(scene.world.helplines.values()), None)
    blocks: list[Block] = []
    for phrases in filter(None, (offered(scene), scene.phrases)):
        blocks += _helpline(phrases, helpline) if helpline else []
        blocks.append(text(phrases.say("note.continue_when_you_want")))
    return Message(tuple(blocks), urgent=True)


def _helpline(phrases: Phrases, helpline: Helpline) -> list[Block]:
    blocks = [title(phrases.translate(helpline.lead))]
    for line in helpline.lines:
        named = phrases.say("crisis.line", number=line.number, name=phrases.translate(line.name))
        blocks.append(Block("link", named, href=line.href))
        blocks += [text(phrases.translate(words)) for words in (line.hours, line.happens) if words]
    return blocks + [item(phrases.translate(advice)) for advice in helpline.advice]


# --- why this question --------------------------------------------------------------------------------------


def _why(scene: Scene, _: Note) -> list[Block]:
    """Which rights the answer can settle."""
    phrases, question = scene.phrases, scene.question
    if scene.screen != "question" or question is None:
        return [text(phrases.say("note.why_here"))]
    about = [right for right in question.rights if right in scene.texts]
    real = [right for right in about if not scene.texts[right].demonstration]
    named = [_short(scene, right) for right in real or about]
    if not named:
        return [text(phrases.say("note.why_corrected"))]
    more = len(named) - _SHOWN_RIGHTS
    shown = named[:_SHOWN_RIGHTS] + ([phrases.say("why.others", count=more)] if more > 0 else [])
    return [
        text(phrases.say("note.why", count=len(named), rights=shown)),
        note(phrases.say("note.why_as_little")),
    ]


def _short(scene: Scene, right: str) -> str:
    return scene.phrases.translate(scene.texts[right].short or scene.texts[right].name)


# --- could not be read --------------------------------------------------------------------------------------


def _puzzled(scene: Scene, each: Note) -> list[Block]:
    """One sentence that says what to do, for this page where there is one."""
    say, fact = scene.phrases.say, scene.asked
    key = f"puzzled.{each.about}"
    if each.about == "out_of_range" and fact and fact.range:
        low, high = fact.range.low // fact.scale, fact.range.high // fact.scale
        return [text(say(f"{key}.here", low=low, high=high))]
    here = f"{key}.{'number' if fact and fact.numeric else scene.screen}"
    key = next((k for k in (here, key) if scene.phrases.has(k)), "puzzled.not_understood")
    return [text(say(key, example=_EXAMPLES.get(fact.type if fact else "", _EXAMPLES["amount"])))]


def _stuck(scene: Scene, _: Note) -> list[Block]:
    return [text(scene.phrases.say("no_rules.human"))]


def _heard(scene: Scene, each: Note) -> list[Block]:
    """Which topics were read from free words: what was understood must be seen to be corrected."""
    names = each.about.split(BETWEEN)
    labels = [scene.phrases.translate(topic.label) for topic in scene.world.topics if topic.name in names]
    return [text(scene.phrases.say("note.heard", topics=labels))] if labels else []


# --- outcomes -----------------------------------------------------------------------------------------------


def _about_office(scene: Scene, each: Note) -> list[Block]:
    """Something failed at this appointment's office: its phone."""
    appointment = scene.appointment(each.about)
    office = scene.world.directory.office(appointment.slot.office) if appointment else None
    blocks = [text(scene.phrases.say(f"note.{each.kind}"))]
    if office:
        blocks.append(text(scene.phrases.say("office.phone", phone=office.phone)))
    return blocks


def _language_offered(scene: Scene, _: Note) -> list[Block]:
    """In that language."""
    phrases = offered(scene)
    return [text(phrases.say("note.language_offered"))] if phrases else []


_SAYS: Final[dict[str, Callable[[Scene, Note], list[Block]]]] = {
    "why": _why,
    "puzzled": _puzzled,
    "stuck": _stuck,
    "heard": _heard,
    "language_offered": _language_offered,
    "cancel_failed": _about_office,
    "not_told": _about_office,
    "partner_cancelled": _about_office,
}
