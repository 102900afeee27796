"""What the shell did, taken into the conversation."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import events
from bot.conversation.events import Outcome
from bot.conversation.ports import Appointment, Slots
from bot.conversation.scene import Scene
from bot.conversation.screens import visit
from bot.conversation.state import Look, Offer, State


def take(scene: Scene, outcome: Outcome) -> State:
    match outcome:
        case events.SlotsFound(slots):
            return _offered(scene, slots)
        case events.SlotTaken(slots):
            return _offered(scene.after(visit.unpicked(scene.state)), slots).noting("slot_taken")
        case events.Booked(appointment):
            return _booked(scene, appointment)
        case events.BookingFailed():
            return _failed(scene)
        case events.Cancelled(reference):
            return _cancelled(scene, reference)
        case events.CancelFailed(reference):
            return scene.settled().noting("cancel_failed", reference)
        case events.Erased():
            return replace(State(scene.world.today, scene.state.language), erased=True).noting("erased")


def _offered(scene: Scene, slots: Slots) -> State:
    """Slots that nobody waits for any more are dropped."""
    wanted = scene.wanted
    if wanted is None or slots.office != wanted[0]:
        return scene.state
    return replace(scene.state, offer=Offer(*wanted, slots))


def _booked(scene: Scene, appointment: Appointment) -> State:
    state = visit.left(scene)
    others = tuple(a for a in state.appointments if a.reference != appointment.reference)
    page = Look("appointment", appointment.reference)
    return replace(state, appointments=(*others, appointment), log=(*state.log, page)).noting("booked")


def _failed(scene: Scene) -> State:
    """Nothing is booked; the calendar cannot be trusted now, so the phone stands in."""
    below = scene.after(visit.unpicked(scene.state))
    office = below.office
    nothing = Slots(office.id, (), more=False, readable=False) if office else None
    return (
        _offered(below, nothing).noting("booking_failed") if nothing else below.state.noting("booking_failed")
    )


def _cancelled(scene: Scene, reference: str) -> State:
    left = tuple(a for a in scene.state.appointments if a.reference != reference)
    log = tuple(entry for entry in scene.state.log if not (isinstance(entry, Look) and entry.of == reference))
    return replace(scene.state, appointments=left, log=log).noting("cancelled")
