"""A booked appointment: its summary, what can be done about it, and giving it back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.conversation import moments
from bot.conversation.effects import Cancel, Tell
from bot.conversation.messages import Block, Button
from bot.conversation.ports import Appointment
from bot.conversation.scene import Scene
from bot.conversation.screens import visit
from bot.conversation.screens.page import (
    MOST,
    Action,
    Move,
    Page,
    at,
    button,
    item,
    note,
    numbered,
    text,
    title,
)
from bot.conversation.state import Look, State


def draw(scene: Scene) -> Page:
    say, appointment = scene.phrases.say, at_hand(scene)
    if appointment is None:
        return Page((text(say("appointment.none")),), (button(say("button.go_on"), "go"),))
    if appointment.care.off:
        again, go_on = button(say("button.another_time"), "m"), button(say("button.go_on"), "go")
        return Page((text(say("appointment.off", moment=appointment.slot.starts)),), (again, go_on))
    results = button(say("button.results"), "do:results")
    go_on = results if scene.path.topics else button(say("button.other_topic"), "go")
    return Page(
        (*summary(scene, appointment),), _buttons(scene, appointment), (go_on,),
        menu=(button(say("button.book_another"), "do:book"),),
    )  # fmt: skip


def _buttons(scene: Scene, appointment: Appointment) -> tuple[Button, ...]:
    """What makes sense now: nothing to move once it began, nothing earlier to find on the day itself."""
    care, slot, now = appointment.care, appointment.slot, scene.world.now
    to_come, today = now < slot.starts, _today(scene, appointment)
    rows = [
        (today and now < slot.ends and not care.late, "button.late", "late"),
        (to_come, "button.another_time", "m"),
        (to_come, "button.cancel", "x"),
        (to_come and not today and not care.waits, "button.earlier", "wait"),
        (care.waits, "button.no_earlier", "wait"),
        (to_come, "button.tell", "tell"),
        (to_come and scene.world.reachable, "button.remind", "remind"),
    ]
    return tuple(button(scene.phrases.say(key), action) for holds, key, action in rows if holds)[:MOST]


def _today(scene: Scene, appointment: Appointment) -> bool:
    starts = appointment.slot.starts
    return scene.world.now.astimezone(starts.tzinfo).date() == starts.date()


def summary(scene: Scene, appointment: Appointment) -> list[Block]:
    """When, where, what to bring, and the code to show."""
    say, slot, care = scene.phrases.say, appointment.slot, appointment.care
    office = scene.world.directory.office(slot.office)
    blocks = [title(say("appointment.title")), text(scene.phrases.moment(slot.starts))]
    blocks += [text(say(how)) for how in (f"appointment.how.{care.kind}",) if scene.phrases.has(how)]
    blocks += visit.card(scene, office, slot.place) if office else []
    blocks += [text(say("appointment.reference")), Block("code", appointment.reference)]
    return [*blocks, *_papers(scene, appointment.right), *_arranged(scene, appointment)]


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


def _arranged(scene: Scene, appointment: Appointment) -> list[Block]:
    """What the partner knows, and what we do until the visit."""
    phrases, care = scene.phrases, appointment.care
    say = phrases.say
    told = [say("appointment.no_name")]
    told += [say("told.accompanied")] if care.accompanied else []
    told += [say("told.topic", topic=topic_in_words(scene, appointment))] if care.topic else []
    told += [say("told.late")] if care.late else []
    ours = [say("reminders.at", moment=at) for at in reminders(scene, appointment, care.before)]
    ours += [say("wait.on")] if care.waits else []
    return [*map(text, told), *map(note, ours)]


def reminders(scene: Scene, appointment: Appointment, before: Collection[str]) -> dict[datetime, str]:
    """Which of these reminders are still to come, by their time at the office."""
    starts = appointment.slot.starts
    zone = starts.tzinfo if isinstance(starts.tzinfo, ZoneInfo) else ZoneInfo("UTC")
    found = moments.coming(starts, zone, before, scene.world.now)
    return {at.astimezone(zone): which for at, which in found}


def topic_in_words(scene: Scene, appointment: Appointment) -> str:
    """What the visit is about, as the person reads it."""
    told = scene.texts.get(appointment.right)
    return scene.phrases.translate(told.short or told.name) if told else appointment.care.topic


def press(scene: Scene, pressed: Action) -> Move | None:
    appointment = at_hand(scene)
    if pressed.verb == "go":
        return Move(scene.settled())
    if appointment is None:
        return None
    code = appointment.reference
    match pressed.verb:
        case "m":
            return Move(visit.move(scene, appointment))
        case "late" if _today(scene, appointment):
            return Move(scene.state, (Tell(code, late=True),))
        case "x" | "tell" | "wait" | "remind" if not appointment.care.off:
            return Move(scene.look({"x": "cancel"}.get(pressed.verb, pressed.verb), code))
        case _:
            return None


def late(scene: Scene, appointment: Appointment) -> Move:
    """Somebody wrote that they will be late: the partner reads it on the day itself."""
    page = scene.look("appointment", appointment.reference)
    if not _today(scene, appointment):
        return Move(page.noting("late_another_day"))
    return Move(page, (Tell(appointment.reference, late=True),))


# --- giving it back -----------------------------------------------------------------------------------------


def draw_cancel(scene: Scene) -> Page:
    say, appointment = scene.phrases.say, at_hand(scene)
    if appointment is None or appointment.care.off:
        return draw(scene)
    question = say("cancel.sure", moment=appointment.slot.starts)
    other = button(say("button.another_time"), "m")
    return Page(
        (text(question),),
        (button(say("button.yes_cancel"), "yes"), other, button(say("button.no_keep"), "no")),
    )


def press_cancel(scene: Scene, pressed: Action) -> Move | None:
    appointment = at_hand(scene)
    if appointment is None or appointment.care.off or pressed.verb == "m":
        return press(scene, pressed)
    if pressed.verb == "yes":
        return Move(scene.state, (Cancel(appointment.reference),))
    return Move(scene.look("appointment", appointment.reference)) if pressed.verb == "no" else None


# --- several ------------------------------------------------------------------------------------------------


def draw_list(scene: Scene) -> Page:
    labels = [scene.phrases.moment(a.slot.starts) for a in scene.state.appointments[-MOST:]]
    return Page((text(scene.phrases.say("appointments.which")),), numbered(labels, "p"))


def press_list(scene: Scene, pressed: Action) -> Move | None:
    appointment = at(scene.state.appointments[-MOST:], pressed.of) if pressed.verb == "p" else None
    return Move(scene.look("appointment", appointment.reference)) if appointment else None


def at_hand(scene: Scene) -> Appointment | None:
    return scene.appointment(scene.path.look.of) if scene.path.look else None


# --- what is over -------------------------------------------------------------------------------------------


def without_what_is_over(scene: Scene) -> State:
    """Without visits of the past and those that a partner cancelled, once their page is left."""
    state = scene.state
    open_pages = {entry.of for entry in state.log if isinstance(entry, Look)}
    kept = tuple(a for a in state.appointments if a.reference in open_pages or not _over(scene, a))
    return state if kept == state.appointments else state.only(kept)


def _over(scene: Scene, appointment: Appointment) -> bool:
    return appointment.care.off or appointment.slot.ends + timedelta(days=1) < scene.world.now
