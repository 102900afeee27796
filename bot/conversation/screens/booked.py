"""A booked appointment: its summary, and giving it back."""

from __future__ import annotations

from bot.conversation.effects import Cancel
from bot.conversation.messages import Block
from bot.conversation.ports import Appointment
from bot.conversation.scene import Scene
from bot.conversation.screens import visit
from bot.conversation.screens.page import MOST, Action, Move, Page, at, button, item, numbered, text, title


def draw(scene: Scene) -> Page:
    say, appointment = scene.phrases.say, _at_hand(scene)
    if appointment is None:
        return Page((text(say("appointment.none")),), (button(say("button.go_on"), "go"),))
    results = button(say("button.results"), "do:results")
    go_on = results if scene.path.topics else button(say("button.other_topic"), "go")
    return Page(
        (*summary(scene, appointment),),
        (button(say("button.cancel"), "x"), button(say("button.book_another"), "do:book"), go_on),
    )


def summary(scene: Scene, appointment: Appointment) -> list[Block]:
    """When, where, what to bring, and the code to show."""
    say, slot = scene.phrases.say, appointment.slot
    office = scene.world.directory.office(slot.office)
    blocks = [title(say("appointment.title")), text(scene.phrases.moment(slot.starts))]
    blocks += visit.card(scene, office, slot.place) if office else []
    blocks += [text(say("appointment.reference")), Block("code", appointment.reference)]
    return [*blocks, *_papers(scene, appointment.right), text(say("appointment.no_name"))]


def _papers(scene: Scene, right: str) -> list[Block]:
    phrases, told = scene.phrases, scene.texts.get(right)
    if told is None:
        return [text(phrases.say("appointment.bring_what_you_have"))]
    verdict = scene.world.rules.evaluate(scene.path.known, (right,)).get(right)
    open_ones = [c for c in verdict.conditions if c.state == "open"] if verdict else []
    papers = dict.fromkeys([*told.apply.papers, *(paper for c in open_ones for paper in c.papers)])
    if not papers:
        return [text(phrases.say("appointment.bring_what_you_have"))]
    return [title(phrases.say("appointment.bring")), *(item(phrases.translate(paper)) for paper in papers)]


def press(scene: Scene, pressed: Action) -> Move | None:
    appointment = _at_hand(scene)
    if pressed.verb == "go":
        return Move(scene.settled())
    return Move(scene.look("cancel", appointment.reference)) if pressed.verb == "x" and appointment else None


def draw_cancel(scene: Scene) -> Page:
    say, appointment = scene.phrases.say, _at_hand(scene)
    if appointment is None:
        return draw(scene)
    question = say("cancel.sure", moment=appointment.slot.starts)
    return Page(
        (text(question),), (button(say("button.yes_cancel"), "yes"), button(say("button.no_keep"), "no"))
    )


def press_cancel(scene: Scene, pressed: Action) -> Move | None:
    appointment = _at_hand(scene)
    if appointment is None:
        return press(scene, pressed)
    if pressed.verb == "yes":
        return Move(scene.state, (Cancel(appointment.reference),))
    return Move(scene.look("appointment", appointment.reference)) if pressed.verb == "no" else None


def draw_list(scene: Scene) -> Page:
    labels = [scene.phrases.moment(a.slot.starts) for a in scene.state.appointments[-MOST:]]
    return Page((text(scene.phrases.say("appointments.which")),), numbered(labels, "p"))


def press_list(scene: Scene, pressed: Action) -> Move | None:
    appointment = at(scene.state.appointments[-MOST:], pressed.of) if pressed.verb == "p" else None
    return Move(scene.look("appointment", appointment.reference)) if appointment else None


def _at_hand(scene: Scene) -> Appointment | None:
    return scene.appointment(scene.path.look.of) if scene.path.look else None
