"""What the shell did, and what partners did, taken into the conversation."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import events
from bot.conversation.events import Outcome
from bot.conversation.ports import Appointment, Care, Slots
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
        case events.Found(appointment):
            return _found(scene, appointment)
        case events.Erased():
            return replace(State(scene.world.today, scene.state.language), erased=True).noting("erased")
        case _:
            known = scene.appointment(outcome.reference)
            return _arranged(scene, known, outcome) if known else scene.state


# --- booking ------------------------------------------------------------------------------------------------


def _offered(scene: Scene, slots: Slots) -> State:
    """Slots that nobody waits for any more are dropped."""
    wanted = scene.wanted
    if wanted is None or slots.office != wanted[0]:
        return scene.state
    office, skip, kind = wanted
    return replace(scene.state, offer=Offer(office, skip, slots, kind))


def _booked(scene: Scene, appointment: Appointment) -> State:
    """A new appointment, or another time of one that there is: what was arranged around it stays."""
    before = scene.appointment(appointment.reference)
    if before:
        care = replace(before.care, kind=appointment.care.kind, late=False, waits=False, earlier=None)
        appointment = replace(appointment, right=before.right, care=care)
    state = visit.left(scene).with_appointment(appointment)
    page = Look("appointment", appointment.reference)
    return replace(state, log=(*state.log, page)).noting("moved" if before else "booked")


def _failed(scene: Scene) -> State:
    """Nothing is booked, or all is as it was; the calendar cannot be trusted now, so the phone stands in."""
    said = "move_failed" if scene.moving else "booking_failed"
    below = scene.after(visit.unpicked(scene.state))
    office = below.office
    nothing = Slots(office.id, (), more=False, readable=False) if office else None
    return _offered(below, nothing).noting(said) if nothing else below.state.noting(said)


def _cancelled(scene: Scene, reference: str) -> State:
    """Its pages go, and the search for another time of it."""
    state = visit.left(scene) if scene.path.moves == reference else scene.state
    left = tuple(a for a in state.appointments if a.reference != reference)
    log = tuple(entry for entry in state.log if not (isinstance(entry, Look) and entry.of == reference))
    return replace(state, appointments=left, log=log).noting("cancelled")


def _found(scene: Scene, appointment: Appointment | None) -> State:
    if appointment is None:
        return scene.state.noting("code_unknown")
    if scene.appointment(appointment.reference):
        return scene.look("appointment", appointment.reference)
    known = scene.after(scene.begun().with_appointment(appointment))
    return known.look("appointment", appointment.reference).noting("code_found")


# --- around an appointment ----------------------------------------------------------------------------------


def _arranged(scene: Scene, known: Appointment, outcome: Outcome) -> State:
    code, care = known.reference, known.care
    match outcome:
        case events.Told():
            return _with(scene, known, _told(care, outcome)).noting("late_told" if outcome.late else "told")
        case events.NotTold():
            return scene.state.noting("not_told", code)
        case events.RemindersSet(_, before):
            nothing = "only_offers" if care.waits and scene.world.reachable else "reminders_off"
            said = "reminders_set" if before else nothing
            return _with(scene, known, replace(care, before=before)).noting(said)
        case events.Waits(_, waits, earlier):
            return _waits(scene, known, replace(care, waits=waits, earlier=earlier))
        case events.EarlierGone():
            return _with(scene, known, replace(care, earlier=None)).noting("earlier_gone")
        case events.Reminded(_, which):
            return _told_at_its_page(scene, known, f"reminder_{which}")
        case events.NowCancelled(_, by_partner):
            off = replace(known, care=replace(care, off=True, waits=False, earlier=None))
            return _told_at_its_page(scene, off, "partner_cancelled" if by_partner else "cancelled_elsewhere")
        case events.NowMoved(_, starts, ends, by_partner):
            zone = known.slot.starts.tzinfo
            slot = replace(known.slot, starts=starts.astimezone(zone), ends=ends.astimezone(zone))
            moved = replace(known, slot=slot, care=replace(care, late=False, earlier=None))
            return _told_at_its_page(scene, moved, "partner_moved" if by_partner else "moved_elsewhere")
        case _:
            return scene.state


def _told(care: Care, told: events.Told) -> Care:
    """None was left as it is."""
    return replace(
        care,
        late=care.late if told.late is None else told.late,
        accompanied=care.accompanied if told.accompanied is None else told.accompanied,
        topic=care.topic if told.topic is None else told.topic,
    )


def _with(scene: Scene, known: Appointment, care: Care) -> State:
    """At its page, with this arranged."""
    state = scene.state.with_appointment(replace(known, care=care))
    return scene.after(state).look("appointment", known.reference)


def _told_at_its_page(scene: Scene, now_is: Appointment, said: str) -> State:
    """News that is worth leaving the way for; the way goes on below it."""
    state = scene.state.with_appointment(now_is)
    return scene.after(state).look("appointment", now_is.reference).noting(said, now_is.reference)


def _waits(scene: Scene, known: Appointment, care: Care) -> State:
    """An offer is worth a page of its own; that one begins or ends to wait is said, an offer that ran out is."""
    state = scene.state.with_appointment(replace(known, care=care))
    here = scene.after(state)
    if care.earlier:
        return here.look("earlier", known.reference)
    if known.care.earlier:
        look = scene.path.look
        if look is None or look.of != known.reference:
            return state  # it ran out while they were elsewhere
        return here.look("appointment", known.reference).noting("earlier_passed")
    said = "waiting" if care.waits else "not_waiting"
    return here.look("appointment", known.reference).noting(said)
