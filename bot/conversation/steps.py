"""One turn: what an event does to a conversation, and what stands open then. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, get_args

from bot.conversation import commands, events, notes, outcomes
from bot.conversation.effects import Effect, Find, FindSlots
from bot.conversation.events import Asked, Chosen, Event, Outcome, Pressed
from bot.conversation.messages import Block, Button, Prompt, Reply
from bot.conversation.scene import Scene
from bot.conversation.screens import (
    arranged,
    booked,
    contradiction,
    doubt,
    greeting,
    mine,
    overview,
    questions,
    results,
    visit,
)
from bot.conversation.screens.page import Action, Draw, Move, Page, Press, at, button, note, nothing
from bot.conversation.state import Note, State
from bot.conversation.world import World

_SCREENS: Final[dict[str, tuple[Draw, Press]]] = {
    "greeting": (greeting.draw_greeting, greeting.press_greeting),
    "topics": (greeting.draw_topics, greeting.press_topics),
    "doubtful": (doubt.draw_doubtful, doubt.press_doubtful),
    "danger": (doubt.draw_danger, doubt.press_danger),
    "no_rules": (greeting.draw_no_rules, nothing),
    "question": (questions.draw, questions.press),
    "contradiction": (contradiction.draw, contradiction.press),
    "results": (overview.draw, overview.press),
    "right": (results.draw_right, results.press_right),
    "book": (results.draw_book, results.press_book),
    "commune": (visit.draw_commune, nothing),
    "which_commune": (visit.draw_which_commune, visit.press_which_commune),
    "no_office": (visit.draw_no_office, nothing),
    "slots": (visit.draw_slots, visit.press_slots),
    "offices": (visit.draw_offices, visit.press_offices),
    "booking": (visit.draw_booking, visit.press_booking),
    "appointment": (booked.draw, booked.press),
    "appointments": (booked.draw_list, booked.press_list),
    "cancel": (booked.draw_cancel, booked.press_cancel),
    "tell": (arranged.draw_tell, arranged.press_tell),
    "remind": (arranged.draw_remind, arranged.press_remind),
    "wait": (arranged.draw_wait, arranged.press_wait),
    "earlier": (arranged.draw_earlier, arranged.press_earlier),
    "ways": (visit.draw_ways, visit.press_ways),
    "summary": (mine.draw_summary, mine.press_summary),
    "language": (mine.draw_languages, mine.press_languages),
    "erase": (mine.draw_erase, mine.press_erase),
    "stopped": (mine.draw_stopped, mine.press_stopped),
}
_STALE: Final = Note("puzzled", "stale")
_PRESSED: Final = ("stale", "unknown_button")  # puzzles about a button, not about somebody's words
FreeWords: TypeAlias = (
    events.Topics | events.Doubtful | events.InDanger | events.PerhapsInDanger | events.Spoken
)
_PLACED: Final = frozenset({"commune", "which_commune", "no_office"})  # where a commune may be written
_ARRANGING: Final = frozenset(
    {
        "book",
        "slots",
        "offices",
        "booking",
        "ways",
        "appointment",
        "appointments",
        "cancel",
        "tell",
        "remind",
        "wait",
    }
) | {*_PLACED, "earlier"}  # where unclear words are about the visit, hardly about another topic
_PAGES: Final = frozenset({"topics", "commune", "offices", "appointments"})  # that a "to:" button lays open


@dataclass(frozen=True, slots=True)
class Turn:
    """The shell carries out `effects` in order and feeds each outcome back through `step`; it shows the last
    turn's reply.
    """

    state: State
    reply: Reply
    effects: tuple[Effect, ...] = ()


def step(state: State, event: Event, world: World) -> Turn:
    """What this event does. Never raises for anything a person can send, nor for a late outcome."""
    scene = Scene(state if isinstance(event, Outcome) else _without_notes(state), world)
    move = _moved(scene, event)
    if not isinstance(event, Outcome):
        kept = booked.without_what_is_over(scene.after(move.state))
        move = Move(kept.noting("stuck") if _puzzling(state) and _puzzling(kept) else kept, move.effects)
    after, effects = _with_slots(_pinned(Scene(move.state, world)))
    return Turn(after.state, _shown(after), (*move.effects, *effects))


def show(state: State, world: World) -> Reply:
    """What stands open, with what the last turn said beside it."""
    return _shown(Scene(state, world))


def sorry(state: State, world: World) -> Reply:
    """Something failed on our side and nothing is lost: said before what stands open."""
    return show(_without_notes(state).noting("sorry"), world)


def _without_notes(state: State) -> State:
    return replace(state, notes=(), erased=False)


def _puzzling(state: State) -> bool:
    """Whether what was just written could not be understood."""
    return any(each.kind == "puzzled" and each.about not in _PRESSED for each in state.notes)


def _pinned(scene: Scene) -> Scene:
    """Tells the person when a rule file of their day was corrected since their last answer."""
    now, before = scene.world.rules.fingerprint, scene.state.fingerprint
    if not scene.path.topics or before == now:
        return scene
    state = replace(scene.state, fingerprint=now)
    return scene.after(state.noting("rules_corrected") if before else state)


def _with_slots(scene: Scene) -> tuple[Scene, tuple[Effect, ...]]:
    """Keeps only the free slots that the page at hand shows, and asks for those it misses."""
    wanted, offer = scene.wanted, scene.state.offer
    if offer is not None and (offer.office, offer.skip, offer.kind) != wanted:
        scene, offer = scene.after(replace(scene.state, offer=None)), None
    if wanted is None or offer is not None:
        return scene, ()
    office, skip, kind = wanted
    return scene, (FindSlots(office, scene.path.visit or "", skip, kind),)


# --- what an event does -------------------------------------------------------------------------------------


def _moved(scene: Scene, event: Event) -> Move:
    match event:
        case Pressed(prompt, action):
            return (
                _press(scene, action)
                if prompt == scene.state.id
                else Move(scene.state.noting(_STALE.kind, _STALE.about))
            )
        case Chosen(action):
            return _press(scene, action)
        case Asked():
            return commands.obey(scene, event)
        case events.Number(value):
            found = questions.typed(scene, value)
            return Move(found) if isinstance(found, State) else _puzzled(scene, found)
        case events.Places(codes):
            return _placed(scene, codes)
        case events.Code(reference):
            return _by_code(scene, reference)
        case events.Puzzled(why):
            return _puzzled(scene, why)
        case (
            events.Topics()
            | events.Doubtful()
            | events.InDanger()
            | events.PerhapsInDanger()
            | events.Spoken()
        ):
            return _told(scene, event)
        case _:
            return Move(outcomes.take(scene, event))


def _told(scene: Scene, event: FreeWords) -> Move:
    """What free words mean."""
    match event:
        case events.Topics(names):
            return _topics(scene, names)
        case events.Doubtful(names):
            return _which_topic(scene, names)
        case events.InDanger(kind):
            return Move(scene.state.noting("crisis", kind))
        case events.PerhapsInDanger(kind, said):
            below = scene if isinstance(said, events.Puzzled) else scene.after(_moved(scene, said).state)
            return Move(doubt.whether_in_danger(below, kind))
        case events.Spoken(language, said):
            return _offering(_moved(scene, said), language, scene)


def _offering(move: Move, language: str, scene: Scene) -> Move:
    """The language of the person's own words, where it is another and spoken here; once only."""
    state = replace(move.state, spoken=True)
    here = state.language.partition("-")[0]  # easy French is French
    other = language in scene.world.phrases and language != here and not scene.state.spoken
    return Move(state.noting("language_offered", language) if other else state, move.effects)


def _puzzled(scene: Scene, why: str) -> Move:
    return Move(scene.state.noting("puzzled", why))


def _placed(scene: Scene, codes: tuple[str, ...]) -> Move:
    """A commune counts only where one is asked for."""
    living = scene.asked is not None and bool(scene.asked.areas)
    if not living and scene.screen not in _PLACED:
        return _puzzled(scene, "not_understood")
    state = visit.placed(scene, codes)
    return Move(state) if state else _puzzled(scene, "unknown_place")


def _by_code(scene: Scene, reference: str) -> Move:
    if scene.appointment(reference):
        return Move(scene.look("appointment", reference))
    return Move(scene.state, (Find(reference),))


def _topics(scene: Scene, names: Sequence[str]) -> Move:
    state = greeting.choose(scene, tuple(names))
    if state is scene.state:
        return _puzzled(scene, "not_understood")
    return Move(state.noting("heard", notes.BETWEEN.join(names)))


def _which_topic(scene: Scene, names: Sequence[str]) -> Move:
    state = None if scene.screen in _ARRANGING else doubt.which_topic(scene, names)
    return Move(state) if state else _puzzled(scene, "not_understood")


def _press(scene: Scene, action: str) -> Move:
    return _press_anywhere(scene, action) or _press_here(scene, action) or _puzzled(scene, "unknown_button")


def _press_here(scene: Scene, action: str) -> Move | None:
    verb, _, of = action.partition(":")
    known = _SCREENS.get(scene.screen)
    return known[1](scene, Action(verb, of)) if known else None


def _press_anywhere(scene: Scene, action: str) -> Move | None:
    """Buttons of the standing row, the menu and the trail, and links from page to page."""
    verb, _, of = action.partition(":")
    if verb == "do" and of in commands.COMMANDS:
        return commands.obey(scene, _wish(of))
    if verb == "lang" and of in scene.world.phrases:
        return commands.obey(scene, Asked("language", of))
    if verb == "to" and of in _PAGES:
        return Move(scene.look(of))
    if verb == "fix":
        return _correct(scene, of)
    return None


def _wish(name: str) -> Asked:
    return Asked(next(command for command in get_args(events.Command) if command == name))


def _correct(scene: Scene, index: str) -> Move | None:
    fact = at(list(scene.path.known), index)
    return Move(scene.correct(fact)) if fact else None


# --- what is shown ------------------------------------------------------------------------------------------


def _shown(scene: Scene) -> Reply:
    draw, _ = _SCREENS.get(scene.screen, _SCREENS["topics"])
    told, trail = notes.notices(scene), mine.given(scene)  # first: what they miss is told below the prompt
    return Reply(
        _prompt(scene, draw(scene)),
        notices=told,
        trail=trail,
        language=scene.phrases.language,
        erased=scene.state.erased,
        stale=_STALE in scene.state.notes,
    )


def _prompt(scene: Scene, page: Page) -> Prompt:
    return Prompt(
        (*page.blocks, *_untranslated(scene)),
        id=scene.state.id,
        buttons=page.buttons,
        standing=_standing(scene, page),
        menu=_menu(scene, page),
        wants=page.wants,
    )


def _untranslated(scene: Scene) -> tuple[Block, ...]:
    """That some sentence of the page is French for want of a translation."""
    return (note(scene.phrases.say("language.partly")),) if scene.phrases.missed else ()


def _standing(scene: Scene, page: Page) -> tuple[Button, ...]:
    """The row of this page, with the language of the person's own words first where it was just offered."""
    offered = notes.offered(scene)
    shown = (*_person(scene, page), *page.standing, *_back(scene))
    if not offered:
        return shown
    go_on = button(offered.say("button.go_on_in", language=offered.name), f"lang:{offered.language}")
    return (go_on, *(each for each in shown if each.action != go_on.action))


def _person(scene: Scene, page: Page) -> tuple[Button, ...]:
    """A person to talk to, for who could not make themselves understood twice."""
    here = {each.action for each in (*page.buttons, *page.standing)}
    stuck = any(each.kind == "stuck" for each in scene.state.notes)
    return (
        (button(scene.phrases.say("button.human"), "do:human"),) if stuck and "do:human" not in here else ()
    )


def _back(scene: Scene) -> tuple[Button, ...]:
    return (button(scene.phrases.say("button.back"), "do:back"),) if scene.state.log else ()


def _menu(scene: Scene, page: Page) -> tuple[Button, ...]:
    """What is open at any moment, less what the page already shows."""
    offered = [*page.menu, *(button(scene.phrases.say(key), action) for key, action in _always(scene))]
    shown = {each.action for each in (*page.buttons, *_standing(scene, page))}
    return tuple(each for each in offered if each.action not in shown)


def _always(scene: Scene) -> list[tuple[str, str]]:
    """Sentence and action of each entry of the menu, in order."""
    path = scene.path
    rows = [
        (scene.screen == "question", "button.decline", "do:decline"),
        (bool(path.known) and scene.screen != "summary", "button.summary", "do:summary"),
        (bool(scene.rights and path.known) and scene.screen != "results", "button.results", "do:results"),
        (
            bool(scene.state.appointments) and scene.screen != "appointments",
            "button.appointments",
            "to:appointments",
        ),
        (scene.path.visit != "" or bool(scene.moving), "button.human", "do:human"),
        (
            len(scene.world.phrases) > 1 and scene.screen not in ("language", "greeting"),
            "button.language",
            "do:language",
        ),
        (bool(scene.state.log), "button.restart", "do:restart"),
        (scene.screen != "erase", "button.erase", "do:erase"),
    ]
    return [(key, action) for holds, key, action in rows if holds]
