"""From "I'd like an appointment" to a free slot: commune, office, slot."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.conversation import effects
from bot.conversation.effects import Book
from bot.conversation.messages import Block, Button
from bot.conversation.ports import Appointment, Commune, Office, Slot
from bot.conversation.scene import Scene
from bot.conversation.screens import questions
from bot.conversation.screens.page import (
    MOST,
    Action,
    Move,
    Page,
    at,
    button,
    following,
    leaf,
    note,
    numbered,
    text,
    title,
)
from bot.conversation.state import (
    Among,
    Correcting,
    Entry,
    Later,
    OfficeChosen,
    Picked,
    Placed,
    State,
    Visit,
    Way,
)

_OFFICES: Final = 3  # cards on one page: each is four lines long


# --- moving -------------------------------------------------------------------------------------------------


def wish(scene: Scene, right: str) -> State:
    """A visit is wished for; one that was under way is left."""
    state = scene.after(left(scene)).begun()
    log = tuple(entry for entry in state.log if not isinstance(entry, Correcting))
    return replace(state, log=(*log, Visit(right)), offer=None)


def move(scene: Scene, appointment: Appointment) -> State:
    """Another time is wished for; of one that the partner cancelled, a new one at the same office."""
    state = wish(scene, appointment.right)
    if appointment.care.off:
        return state.plus(OfficeChosen(appointment.slot.office))
    moves = Visit(appointment.right, appointment.reference)
    return replace(state, log=(*state.log[:-1], moves))


def left(scene: Scene) -> State:
    """The state without the visit under way and without pages laid over; the commune stays known."""
    state = scene.settled()
    starts = [index for index, entry in enumerate(state.log) if isinstance(entry, Visit)]
    if scene.path.visit is None or not starts:
        return state
    kept = tuple(entry for entry in state.log[starts[-1] :] if not _of_a_visit(entry))
    return replace(state, log=state.log[: starts[-1]] + kept, offer=None)


def _of_a_visit(entry: Entry) -> bool:
    return isinstance(entry, Visit | Among | OfficeChosen | Way | Later | Picked)


def placed(scene: Scene, codes: tuple[str, ...]) -> State | None:
    """The state after a commune was named; None when none of these codes is a commune."""
    known = tuple(code for code in dict.fromkeys(codes) if scene.world.directory.commune(code))
    if not known:
        return None
    if scene.path.visit is None and (lived := questions.lived_in(scene, known)):
        return lived
    state = scene.settled()
    log = tuple(entry for entry in state.log if not isinstance(entry, Among | Placed))
    return replace(state, log=(*log, Placed(known[0]) if len(known) == 1 else Among(known)), offer=None)


# --- commune ------------------------------------------------------------------------------------------------


def draw_commune(scene: Scene) -> Page:
    say = scene.phrases.say
    return Page((text(say("commune.ask")), note(say("commune.help"))), wants="place")


def draw_which_commune(scene: Scene) -> Page:
    say, labels = scene.phrases.say, [_named(commune) for commune in _among(scene)]
    helps = (note(say("commune.type_postal_code")),) if len(scene.path.among) > MOST else ()
    return Page((text(say("commune.which")), *helps), numbered(labels, "c"), wants="place")


def press_which_commune(scene: Scene, pressed: Action) -> Move | None:
    commune = at(_among(scene), pressed.of) if pressed.verb == "c" else None
    state = placed(scene, (commune.code,)) if commune else None
    return Move(state) if state else None


def _among(scene: Scene) -> list[Commune]:
    found = [scene.world.directory.commune(code) for code in scene.path.among[:MOST]]
    return [commune for commune in found if commune]


def _named(commune: Commune) -> str:
    return f"{commune.name} ({commune.postal_code})"


def _commune_name(scene: Scene) -> str:
    commune = scene.world.directory.commune(scene.path.commune)
    return commune.name if commune else scene.path.commune


# --- office -------------------------------------------------------------------------------------------------


def draw_no_office(scene: Scene) -> Page:
    """No partner here: what the person can do all the same."""
    say, told = scene.phrases.say, scene.texts.get(scene.path.visit or "")
    blocks = [text(say("no_office.text", commune=_commune_name(scene))), text(say("no_office.what_to_do"))]
    if told and told.apply.online:
        blocks.append(Block("link", say("right.online"), href=told.apply.online))
    results = (button(say("button.results"), "do:results"),) if scene.path.topics else ()
    return Page(tuple(blocks), (button(say("button.other_commune"), "to:commune"), *results), wants="place")


def draw_offices(scene: Scene) -> Page:
    say, first = scene.phrases.say, _OFFICES * _leaf(scene)
    shown = scene.offices[first : first + _OFFICES]
    blocks = [block for office in shown for block in card(scene, office)]
    more = (button(say("button.more_offices"), "more"),) if len(scene.offices) > _OFFICES else ()
    return Page((text(say("offices.which")), *blocks), numbered([o.name for o in shown], "o", first), more)


def press_offices(scene: Scene, pressed: Action) -> Move | None:
    if pressed.verb == "more":
        new = following(_leaf(scene), len(scene.offices), _OFFICES)
        return Move(scene.after(scene.settled()).look("offices", str(new) if new else ""))
    office = at(scene.offices, pressed.of) if pressed.verb == "o" else None
    return Move(_at_office(scene, office)) if office else None


def _at_office(scene: Scene, office: Office) -> State:
    state = scene.settled()
    log = tuple(entry for entry in state.log if not isinstance(entry, Later | OfficeChosen | Way))
    return replace(state, log=(*log, OfficeChosen(office.id)), offer=None)


def _leaf(scene: Scene) -> int:
    return leaf(scene.path.look.of if scene.path.look else "", len(scene.offices), _OFFICES)


def card(scene: Scene, office: Office, place: str = "") -> list[Block]:
    """An office as a person needs it: where, how to get there, phone, hours, and whether it is real."""
    phrases = scene.phrases
    where = (phrases.kept(place or office.address), phrases.translate(office.access))
    blocks = [title(phrases.kept(office.name)), *(text(words) for words in where if words)]
    blocks.append(Block("link", phrases.say("office.phone", phone=office.phone), href=_dialled(office.phone)))
    hours = scene.world.directory.hours(office.id, phrases, scene.world.today)
    blocks.append(text(phrases.say("office.hours", hours=hours)))
    return [*blocks, note(phrases.say("office.demonstration"))] if office.demonstration else blocks


def _dialled(phone: str) -> str:
    return "tel:" + "".join(sign for sign in phone if sign.isdigit() or sign == "+")


# --- slots --------------------------------------------------------------------------------------------------


def draw_slots(scene: Scene) -> Page:
    say, office = scene.phrases.say, scene.office
    if office is None:  # `Scene.screen` does not lead here without an office
        return draw_no_office(scene)
    sentence, free = _found(scene, office)
    buttons = [button(scene.phrases.moment(slot.starts), f"s:{index}") for index, slot in free]
    if not free and office.bookable:
        buttons.append(button(say("button.retry"), "retry"))
    if scene.state.offer and scene.state.offer.slots.more:
        buttons.append(button(say("button.more_slots"), "later"))
    if len(scene.offices) > 1 and not scene.moving:
        buttons.append(button(say("button.other_office"), "to:offices"))
    blocks = (*_intro(scene), *card(scene, office), *_kind(scene), text(say(sentence)))
    return Page(blocks, tuple(buttons), _elsewhere(scene))


def _elsewhere(scene: Scene) -> tuple[Button, ...]:
    """Another commune, another way to be received; of a visit that is moved, leaving it as it is."""
    say = scene.phrases.say
    if scene.moving:
        return (button(say("button.keep_time"), "keep"),)
    ways = _other_ways(scene)
    label = say(f"kind.{ways[0]}") if len(ways) == 1 else say("button.other_way")
    other_way = (button(label, f"w:{ways[0]}" if len(ways) == 1 else "ways"),) if ways else ()
    return (*other_way, button(say("button.other_commune"), "to:commune"))


def _other_ways(scene: Scene) -> list[str]:
    found = scene.state.offer.slots if scene.state.offer else None
    return [kind for kind in found.kinds if kind != found.kind] if found else []


def _kind(scene: Scene) -> list[Block]:
    """How the person is received, where that is not at the office's counter or could be otherwise."""
    found = scene.state.offer.slots if scene.state.offer else None
    if found is None or not found.kind or (found.kind == "desk" and len(found.kinds) < 2):  # noqa: PLR2004
        return []
    return [text(scene.phrases.say("kind.said", kind=scene.phrases.say(f"kind.{found.kind}")))]


def _intro(scene: Scene) -> list[Block]:
    if scene.moving:
        say = scene.phrases.say
        return [text(say("move.now", moment=scene.moving.slot.starts)), note(say("move.kept"))]
    told = scene.texts.get(scene.path.visit or "")
    if told is None:
        return [text(scene.phrases.say("slots.for_a_person"))]
    return [
        text(scene.phrases.say("slots.for_right", right=scene.phrases.translate(told.short or told.name)))
    ]


def _found(scene: Scene, office: Office) -> tuple[str, list[tuple[int, Slot]]]:
    """The sentence to say and the slots to offer, each with its number; never one that has begun."""
    offer = scene.state.offer
    if not office.bookable:
        return "slots.by_phone", []
    if offer is None:
        return "slots.looking", []
    if not offer.slots.readable:
        return "slots.unreadable", []
    free = [(i, slot) for i, slot in enumerate(offer.slots.free[:3]) if slot.starts > scene.world.now]
    return ("slots.choose" if free else "slots.none"), free


def press_slots(scene: Scene, pressed: Action) -> Move | None:
    offer = scene.state.offer
    if pressed.verb == "retry":
        return Move(replace(scene.state, offer=None))
    if pressed.verb == "keep" and scene.moving:
        return Move(scene.after(left(scene)).look("appointment", scene.moving.reference))
    if offer is None:
        return None
    if pressed.verb in ("w", "ways"):
        return _otherwise(scene, pressed)
    if pressed.verb == "later" and offer.slots.more:
        return Move(replace(scene.state.plus(Later()), offer=None))
    slot = at(offer.slots.free, pressed.of) if pressed.verb == "s" else None
    return _book(scene, slot) if slot else None


def _otherwise(scene: Scene, pressed: Action) -> Move | None:
    if pressed.verb == "ways":
        return Move(scene.look("ways", "-".join(_other_ways(scene)))) if _other_ways(scene) else None
    return Move(_received(scene, pressed.of)) if pressed.of in _other_ways(scene) else None


def _received(scene: Scene, kind: str) -> State:
    state = scene.settled()
    log = tuple(entry for entry in state.log if not isinstance(entry, Later | Way))
    return replace(state, log=(*log, Way(kind)), offer=None)


def draw_ways(scene: Scene) -> Page:
    """The ways stand in the page's own name: the slots that told them are not kept while it is open."""
    say = scene.phrases.say
    buttons = tuple(button(say(f"kind.{kind}"), f"w:{kind}") for kind in _named_ways(scene))
    return Page((text(say("ways.ask")),), buttons)


def press_ways(scene: Scene, pressed: Action) -> Move | None:
    known = pressed.verb == "w" and pressed.of in _named_ways(scene) and scene.path.visit is not None
    return Move(_received(scene, pressed.of)) if known else None


def _named_ways(scene: Scene) -> list[str]:
    named = scene.path.look.of.split("-") if scene.path.look else []
    return [kind for kind in named if scene.phrases.has(f"kind.{kind}")][:MOST]


def _book(scene: Scene, slot: Slot) -> Move:
    state, language = replace(scene.state.plus(Picked(slot)), offer=None), scene.state.language
    if scene.moving:
        return Move(state, (effects.Move(scene.moving, slot, language),))
    return Move(state, (Book(slot, scene.path.visit or "", language, scene.kind),))


def draw_booking(scene: Scene) -> Page:
    say = scene.phrases.say
    return Page((text(say("booking.under_way")),), (button(say("button.retry"), "retry"),))


def press_booking(scene: Scene, pressed: Action) -> Move | None:
    return Move(unpicked(scene.state)) if pressed.verb == "retry" else None


def unpicked(state: State) -> State:
    """Back to the slots of the office."""
    return replace(
        state, log=tuple(entry for entry in state.log if not isinstance(entry, Picked)), offer=None
    )
