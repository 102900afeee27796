"""What a person may wish at any moment, whatever stands open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.conversation.events import Asked
from bot.conversation.scene import EVERYTHING, Scene
from bot.conversation.screens import booked, contradiction, greeting, questions, results, visit
from bot.conversation.screens.page import Move
from bot.conversation.state import Begun, State
from bot.eligibility.values import DECLINED, DONT_KNOW, Unknown


def obey(scene: Scene, asked: Asked) -> Move:
    if asked.command == "language":
        return Move(_language(scene, asked.detail))
    if asked.command == "late":
        return _late(scene)
    return Move(_WISHES[asked.command](scene))


def _start(scene: Scene) -> State:
    """The greeting for somebody new; for others, where they were."""
    return scene.state.noting("welcome_back") if scene.state.log else scene.state


def _restart(scene: Scene) -> State:
    """From the beginning, under today's rules; appointments stay booked."""
    before = scene.state
    fresh = State(scene.world.today, before.language, appointments=before.appointments, spoken=before.spoken)
    return fresh.plus(Begun()).noting("restarted")


def _back(scene: Scene) -> State:
    log = scene.state.log
    return replace(scene.state, log=log[:-1]) if log else scene.state.noting("nothing_back")


def _why(scene: Scene) -> State:
    return scene.state.noting("why" if scene.screen == "question" else "why_here")


def _unsure(answer: Unknown) -> Callable[[Scene], State]:
    def wish(scene: Scene) -> State:
        if scene.screen in ("topics", "greeting") and answer == DONT_KNOW:
            return greeting.choose(scene, (EVERYTHING,))
        if scene.clash and scene.screen == "contradiction":
            return contradiction.leave(scene, scene.clash)
        return questions.unsure(scene, answer) or scene.state.noting("puzzled", "not_understood")

    return wish


def _human(scene: Scene) -> State:
    here = scene.path.visit == "" and not scene.path.look and not scene.moving
    return scene.state if here else visit.wish(scene, "")


def _results(scene: Scene) -> State:
    if not scene.rights:
        return scene.after(scene.begun()).look("topics").noting("no_results_yet")
    return scene.look("results")


def _book(scene: Scene) -> State:
    """About the one right in question; of several, first which one."""
    worth = results.bookable(scene)
    return scene.look("book") if len(worth) > 1 else visit.wish(scene, next(iter(worth), ""))


def _cancel(scene: Scene) -> State:
    return _which(scene) or scene.look("cancel", scene.state.appointments[0].reference)


def _appointments(scene: Scene) -> State:
    return _which(scene) or scene.look("appointment", scene.state.appointments[0].reference)


def _reschedule(scene: Scene) -> State:
    return _which(scene) or visit.move(scene, scene.state.appointments[0])


def _late(scene: Scene) -> Move:
    several = _which(scene)
    return Move(several) if several else booked.late(scene, scene.state.appointments[0])


def _which(scene: Scene) -> State | None:
    """Where there is not just one appointment, none is meant: the list of several, or how to find one."""
    known = scene.state.appointments
    if not known:
        return scene.state.noting("no_appointment")
    return scene.look("appointments") if len(known) > 1 else None


def _language(scene: Scene, code: str) -> State:
    known = scene.world.phrases
    if code not in known:
        return scene.look("language")
    return replace(scene.settled() if scene.screen == "language" else scene.state, language=code)


_WISHES: Final[dict[str, Callable[[Scene], State]]] = {
    "start": _start,
    "restart": _restart,
    "back": _back,
    "why": _why,
    "dont_know": _unsure(DONT_KNOW),
    "decline": _unsure(DECLINED),
    "human": _human,
    "erase": lambda scene: scene.look("erase"),
    "stop": lambda scene: scene.look("stopped"),
    "results": _results,
    "book": _book,
    "cancel": _cancel,
    "reschedule": _reschedule,
    "appointments": _appointments,
    "summary": lambda scene: scene.look("summary"),
}
COMMANDS: Final = frozenset({*_WISHES, "language", "late"})
