"""What can be arranged around an appointment: telling the partner more, reminders, an earlier slot."""

from __future__ import annotations

from bot.conversation import moments
from bot.conversation.effects import PassEarlier, Remind, TakeEarlier, Tell, Wait
from bot.conversation.messages import Button
from bot.conversation.ports import Appointment
from bot.conversation.scene import Scene
from bot.conversation.screens import booked
from bot.conversation.screens.booked import at_hand
from bot.conversation.screens.page import Action, Move, Page, button, note, text

# --- what the partner reads ---------------------------------------------------------------------------------


def draw_tell(scene: Scene) -> Page:
    say, appointment = scene.phrases.say, at_hand(scene)
    if appointment is None or appointment.care.off:
        return booked.draw(scene)
    care, topic = appointment.care, _topic(scene, appointment)
    buttons = [button(say("button.not_accompanied" if care.accompanied else "button.accompanied"), "with")]
    if care.topic:
        buttons.append(button(say("button.hide_topic"), "topic"))
    elif topic:
        shown = booked.topic_in_words(scene, appointment) or topic
        buttons.append(button(say("button.tell_topic", topic=shown), "topic"))
    buttons.append(button(say("button.tell_nothing"), "no"))
    return Page((text(say("tell.ask")), note(say("tell.help"))), tuple(buttons))


def press_tell(scene: Scene, pressed: Action) -> Move | None:
    appointment = at_hand(scene)
    if appointment is None or appointment.care.off:
        return booked.press(scene, pressed)
    code, care = appointment.reference, appointment.care
    match pressed.verb:
        case "with":
            return Move(scene.state, (Tell(code, accompanied=not care.accompanied),))
        case "topic":
            topic = "" if care.topic else _topic(scene, appointment)
            return Move(scene.state, (Tell(code, topic=topic),))
        case "no":
            return Move(scene.look("appointment", code))
        case _:
            return None


def _topic(scene: Scene, appointment: Appointment) -> str:
    """The French words that the partner would read: of the right, else of the topics that were chosen."""
    told = scene.texts.get(appointment.right)
    if told:
        return told.short or told.name
    return ", ".join(topic.label for topic in scene.world.topics if topic.name in scene.path.topics)


# --- reminders ----------------------------------------------------------------------------------------------


def draw_remind(scene: Scene) -> Page:
    say, appointment = scene.phrases.say, at_hand(scene)
    if appointment is None or appointment.care.off:
        return booked.draw(scene)
    coming = _coming(scene, appointment)
    buttons = [button(say(f"button.remind_{which}"), which) for which in coming]
    if len(coming) > 1:
        buttons.append(button(say("button.remind_both"), "both"))
    stop = "button.remind_stop" if appointment.care.before else "button.remind_no"
    asked = "remind.ask" if coming else "remind.too_late"
    return Page(
        (text(say(asked)), note(say("remind.keeps"))), (*buttons, button(say(stop), "no"))
    )  # fmt: skip


def press_remind(scene: Scene, pressed: Action) -> Move | None:
    appointment = at_hand(scene)
    if appointment is None or appointment.care.off:
        return booked.press(scene, pressed)
    page = scene.look("appointment", appointment.reference)
    coming = _coming(scene, appointment)
    before = {"both": coming, "no": ()}.get(pressed.verb, (pressed.verb,))
    if not set(before) <= set(coming):
        return None
    if before == appointment.care.before:
        return Move(page)
    return Move(page, (Remind(appointment, before, scene.state.language),))


def _coming(scene: Scene, appointment: Appointment) -> tuple[str, ...]:
    """The reminders that can still be written."""
    found = booked.reminders(scene, appointment, moments.BEFORE).values()
    return tuple(which for which in moments.BEFORE if which in found)


# --- an earlier slot ----------------------------------------------------------------------------------------


def draw_wait(scene: Scene) -> Page:
    say, appointment = scene.phrases.say, at_hand(scene)
    if appointment is None or appointment.care.off:
        return booked.draw(scene)
    if appointment.care.waits:
        buttons = (button(say("button.stop_waiting"), "off"), button(say("button.go_on_waiting"), "no"))
        return Page((text(say("wait.on")),), buttons)
    how = "wait.written" if scene.world.reachable else "wait.come_back"
    buttons = (button(say("button.wait"), "on"), button(say("button.no_wait"), "no"))
    return Page((text(say("wait.ask")), note(say(how)), note(say("wait.keeps"))), buttons)


def press_wait(scene: Scene, pressed: Action) -> Move | None:
    appointment = at_hand(scene)
    if appointment is None or appointment.care.off:
        return booked.press(scene, pressed)
    page = scene.look("appointment", appointment.reference)
    if pressed.verb in ("on", "off"):
        return Move(page, (Wait(appointment, pressed.verb == "on", scene.state.language),))
    return Move(page) if pressed.verb == "no" else None


def draw_earlier(scene: Scene) -> Page:
    say, appointment = scene.phrases.say, at_hand(scene)
    offer = appointment.care.earlier if appointment else None
    if appointment is None or offer is None or offer.until <= scene.world.now:
        return Page((text(say("earlier.over")),), (button(say("button.go_on"), "go"),))
    kept = offer.until.astimezone(appointment.slot.starts.tzinfo).time()
    blocks = (
        text(say("earlier.offer", moment=offer.slot.starts)),
        text(say("earlier.kept", hour=kept)),
        note(say("earlier.safe", moment=appointment.slot.starts)),
    )
    return Page(blocks, _answers(scene))


def _answers(scene: Scene) -> tuple[Button, ...]:
    say = scene.phrases.say
    rows = (("button.take_earlier", "yes"), ("button.pass_earlier", "no"), ("button.stop_waiting", "off"))
    return tuple(button(say(key), action) for key, action in rows)


def press_earlier(scene: Scene, pressed: Action) -> Move | None:
    appointment = at_hand(scene)
    if appointment is None or pressed.verb == "go":
        return booked.press(scene, pressed)
    page = scene.look("appointment", appointment.reference)
    match pressed.verb:
        case "yes":
            return Move(page, (TakeEarlier(appointment, scene.state.language),))
        case "no":
            return Move(page, (PassEarlier(appointment.reference),))
        case "off":
            return Move(page, (Wait(appointment, on=False, language=scene.state.language),))
        case _:
            return None
