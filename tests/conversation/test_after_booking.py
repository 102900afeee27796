"""What a person can do once a visit is booked: move it, say more, be reminded, come earlier, hear of changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.conversation.events import (
    Asked,
    Code,
    EarlierGone,
    NowCancelled,
    NowMoved,
    Places,
    Pressed,
    Reminded,
    Topics,
    Waits,
)
from bot.conversation.ports import Appointment, Care, Earlier, Slot
from bot.conversation.state import Visit, pack, unpack
from bot.conversation.world import World
from tests.conversation.vocabulary import NOW, PARIS, Chat, Partner

MONDAY_11 = "Lundi 23 novembre à 11 h"
CODE = "K7QM-1TXR"


class Flat(Chat):
    """Its text without the ends of lines."""

    @property
    def text(self) -> str:
        return " ".join(super().text.split())


@pytest.fixture
def chat(world: World) -> Chat:
    return Flat(world)


def booked(chat: Chat, label: str = "Lundi 23 novembre à 9 h 30") -> Chat:
    chat.happens(Asked("human"))
    chat.happens(Places(("89206",)))
    chat.press(label)
    assert CODE in chat.text
    return chat


def on_the_day(chat: Chat, hour: int = 8) -> Chat:
    chat.world = replace(chat.world, now=datetime(2026, 11, 23, hour, 0, tzinfo=PARIS))
    chat.happens(Asked("why"))  # any turn, to be shown the page of that hour
    return chat


def reachable(chat: Chat) -> Chat:
    chat.world = replace(chat.world, reachable=True)
    return chat


# --- another time ------------------------------------------------------------------------------------------------


def test_a_visit_is_moved_and_keeps_its_code(chat: Chat) -> None:
    booked(chat)
    shown = chat.press("Une autre heure")
    assert "Votre rendez-vous est le lundi 23 novembre à 9 h 30" in shown
    assert "Je garde cette heure" in shown and "Un autre lieu" not in chat.labels
    shown = chat.press(MONDAY_11)
    assert "C'est changé" in shown and CODE in shown and MONDAY_11 in shown
    [made] = chat.state.appointments
    assert made.slot.starts.hour == 11
    assert not [entry for entry in chat.state.log if isinstance(entry, Visit)]


def test_a_move_can_be_left_and_all_is_as_it_was(chat: Chat) -> None:
    booked(chat)
    before = chat.prompt
    chat.press("Une autre heure")
    chat.press("Garder mon heure")
    assert chat.prompt == before


def test_a_move_that_fails_leaves_the_visit(chat: Chat) -> None:
    booked(chat)
    chat.press("Une autre heure")
    chat.partner.writable = False
    assert "Votre rendez-vous reste à son heure" in chat.press(MONDAY_11)
    assert chat.state.appointments[0].slot.starts.hour == 9


def test_after_a_fresh_start_a_visit_is_moved_without_its_commune(chat: Chat) -> None:
    booked(chat)
    chat.press("Recommencer")
    chat.happens(Asked("reschedule"))
    assert "Dans quelle commune" not in chat.text
    assert "C'est changé" in chat.press(MONDAY_11)


def test_words_move_the_one_visit_and_ask_which_of_several(chat: Chat) -> None:
    assert "vous avez un code" in chat.happens(Asked("reschedule"))
    booked(chat)
    assert "Je garde cette heure" in chat.happens(Asked("reschedule"))
    chat.press("Garder mon heure")
    chat.press("Un autre rendez-vous")
    chat.say("b")
    assert "Lequel de vos rendez-vous" in chat.happens(Asked("reschedule"))


def test_a_visit_cancelled_while_another_time_is_looked_for_leaves_no_search(chat: Chat) -> None:
    booked(chat)
    chat.press("Une autre heure")
    chat.happens(Asked("cancel"))
    assert "est annulé" in chat.press("Oui, annuler")
    assert not chat.state.appointments
    assert chat.reply.prompt.buttons


def test_who_wants_to_cancel_is_offered_another_time(chat: Chat) -> None:
    booked(chat)
    chat.press("Annuler ce rendez-vous")
    assert "Je garde cette heure" in chat.press("Une autre heure")


def test_a_visit_is_shown_again_when_it_is_asked_for(chat: Chat) -> None:
    assert "vous avez un code" in chat.happens(Asked("appointments"))
    booked(chat)
    chat.press("Recommencer")
    assert CODE in chat.happens(Asked("appointments"))


# --- by its code -------------------------------------------------------------------------------------------------


def test_a_visit_is_found_by_its_code_and_cancelled(chat: Chat) -> None:
    slot = Slot("ccas-joigny", NOW + timedelta(days=4), NOW + timedelta(days=4, minutes=45))
    chat.partner.appointments["FFFF-7777"] = Appointment("FFFF-7777", slot, "", Care(kind="phone"))
    shown = chat.happens(Code("FFFF-7777"))
    assert "J'ai retrouvé ce rendez-vous" in shown and "Mercredi 25 novembre à 10 h" in shown
    assert "rendez-vous par téléphone" in shown
    chat.press("Annuler ce rendez-vous")
    assert "est annulé" in chat.press("Oui, annuler")
    assert "FFFF-7777" not in chat.partner.appointments


def test_a_code_that_nobody_has_is_said_to_be_unknown(chat: Chat) -> None:
    assert "Je ne trouve pas de rendez-vous avec ce code" in chat.happens(Code("FFFF-7777"))


def test_the_code_of_ones_own_visit_opens_it(chat: Chat) -> None:
    booked(chat)
    chat.press("Recommencer")
    assert MONDAY_11.replace("11 h", "9 h 30") in chat.happens(Code(CODE))


# --- how one is received -----------------------------------------------------------------------------------------


def test_another_way_to_be_received_is_one_press(chat: Chat) -> None:
    chat.partner.kinds = ("desk", "phone")
    chat.happens(Asked("human"))
    assert "Comment : Sur place." in chat.happens(Places(("89206",)))
    assert "Comment : Par téléphone." in chat.press("Par téléphone")
    shown = chat.say("a")
    assert "À cette heure, appelez le lieu" in shown
    assert chat.state.appointments[0].care.kind == "phone"
    chat.press("Une autre heure")
    assert "Comment : Par téléphone." in chat.text and "Sur place" not in [b.label for b in chat.every_button]


def test_of_several_ways_one_is_chosen(chat: Chat) -> None:
    chat.partner.kinds = ("desk", "home", "phone", "video")
    chat.happens(Asked("human"))
    chat.happens(Places(("89206",)))
    chat.press("Une autre façon")
    assert chat.labels == ["Chez vous", "Par téléphone", "En vidéo"]
    assert "Comment : Chez vous." in chat.press("Chez vous")
    assert "donner votre code et votre adresse" in chat.say("a")


def test_an_office_with_one_way_says_nothing_of_ways(chat: Chat) -> None:
    chat.happens(Asked("human"))
    assert "Comment" not in chat.happens(Places(("89206",)))


# --- what the office reads ---------------------------------------------------------------------------------------


def test_the_office_is_told_of_company_only_when_asked_and_until_taken_back(chat: Chat) -> None:
    booked(chat)
    assert not chat.state.appointments[0].care.accompanied
    chat.press("Prévenir le lieu")
    shown = chat.press("Quelqu'un m'accompagne")
    assert "Le lieu le lit dans son agenda" in shown and "quelqu'un vous accompagne" in shown
    chat.press("Prévenir le lieu")
    assert "quelqu'un vous accompagne" not in chat.press("Finalement, je viens sans personne")


def test_the_topic_is_told_by_its_french_words_and_only_by_choice(chat: Chat) -> None:
    chat.happens(Topics(("housing",)))
    chat.happens(Asked("human"))
    chat.happens(Places(("89206",)))
    chat.say("a")
    assert chat.state.appointments[0].care.topic == ""
    chat.press("Prévenir le lieu")
    shown = chat.press("Dire le sujet : Logement et loyer")
    assert "Le lieu connaît aussi le sujet : Logement et loyer" in shown
    assert chat.state.appointments[0].care.topic == "Logement et loyer"
    chat.press("Prévenir le lieu")
    chat.press("Ne plus dire le sujet")
    assert chat.state.appointments[0].care.topic == ""


def test_what_could_not_be_told_is_not_said_to_be(chat: Chat) -> None:
    booked(chat)
    chat.press("Prévenir le lieu")
    chat.partner.writable = False
    shown = chat.press("Quelqu'un m'accompagne")
    assert "Je n'ai pas pu prévenir le lieu" in shown and "03 53 01" in shown
    assert not chat.state.appointments[0].care.accompanied


def test_late_is_a_button_on_the_day_itself_and_only_then(chat: Chat) -> None:
    booked(chat)
    assert "Je serai en retard" not in chat.labels
    assert "Votre rendez-vous n'est pas aujourd'hui" in chat.happens(Asked("late"))
    on_the_day(chat)
    assert chat.labels[0] == "Je serai en retard"
    shown = chat.press("Je serai en retard")
    assert "Le lieu le voit dans son agenda" in shown and "Je serai en retard" not in chat.labels
    on_the_day(chat, 10)  # it began half an hour ago
    assert "Annuler ce rendez-vous" not in chat.labels and "Une autre heure" not in chat.labels


def test_late_may_be_written(chat: Chat) -> None:
    on_the_day(booked(chat))
    assert "Le lieu le voit dans son agenda" in chat.happens(Asked("late"))


# --- reminders ---------------------------------------------------------------------------------------------------


def test_reminders_are_offered_only_where_the_channel_can_write(chat: Chat) -> None:
    booked(chat)
    assert "Me le rappeler" not in chat.labels
    reachable(chat).happens(Asked("why"))
    assert "Me le rappeler" in chat.labels


@pytest.mark.parametrize(
    ("choice", "before"),
    [("La veille", ("day",)), ("Deux heures avant", ("hours",)), ("Les deux", ("day", "hours"))],
)
def test_the_person_chooses_their_reminders_and_may_stop_them(
    chat: Chat, choice: str, before: tuple[str, ...]
) -> None:
    reachable(booked(chat)).happens(Asked("why"))
    shown = chat.press("Me le rappeler")
    assert "chiffrée, jusqu'au rendez-vous" in shown and "Jamais la nuit" in shown
    shown = chat.press(choice)
    assert chat.state.appointments[0].care.before == before
    assert ("Je vous écrirai le dimanche 22 novembre à 9 h 30" in shown) == ("day" in before)
    assert ("Je vous écrirai le lundi 23 novembre à 8 h" in shown) == ("hours" in before), "not at 7:30"
    chat.press("Me le rappeler")
    assert "Je ne garde rien pour vous écrire" in chat.press("Ne plus m'écrire")
    assert chat.state.appointments[0].care.before == ()


def test_a_reminder_whose_time_is_over_is_not_offered(chat: Chat) -> None:
    reachable(on_the_day(booked(chat), 8)).happens(Asked("why"))
    chat.press("Me le rappeler")
    assert chat.labels == ["Non, pas de rappel"] and "trop proche" in chat.text


def test_a_reminder_comes_with_the_visit_and_its_buttons_and_leads_back(chat: Chat) -> None:
    booked(chat)
    chat.press("Recommencer")
    chat.happens(Topics(("housing",)))
    before = chat.prompt
    shown = chat.happens(Reminded(CODE, "day"))
    assert "Rappel : votre rendez-vous est demain" in shown and CODE in shown
    assert {"Une autre heure", "Annuler ce rendez-vous"} <= set(chat.labels)
    chat.happens(Asked("back"))
    assert chat.prompt == before


def test_a_reminder_of_what_is_not_there_changes_nothing(chat: Chat) -> None:
    before = chat.state
    chat.happens(Reminded("FFFF-7777", "day"))
    assert chat.state == before


# --- news of the partner -----------------------------------------------------------------------------------------


def test_a_visit_that_the_partner_cancelled_is_told_and_another_one_is_near(chat: Chat) -> None:
    booked(chat)
    chat.press("Recommencer")
    shown = chat.happens(NowCancelled(CODE, by_partner=True))
    assert "Le lieu a annulé votre rendez-vous" in shown and "lundi 23 novembre à 9 h 30" in shown
    assert "03 53 01" in shown, "whom to call"
    chat.press("Une autre heure")
    assert "C'est réservé" in chat.press(MONDAY_11)
    assert [made.slot.starts.hour for made in chat.state.appointments] == [11]


def test_a_cancelled_visit_goes_once_its_page_is_left(chat: Chat) -> None:
    booked(chat)
    chat.happens(NowCancelled(CODE, by_partner=False))
    assert "n'est plus réservé" in chat.text
    chat.press("Continuer")
    assert chat.state.appointments == ()


def test_a_visit_that_the_partner_moved_is_told_with_its_new_time(chat: Chat) -> None:
    booked(chat)
    starts = datetime(2026, 11, 26, 13, 0, tzinfo=PARIS)
    shown = chat.happens(NowMoved(CODE, starts, starts + timedelta(minutes=30), by_partner=True))
    assert "Le lieu a changé l'heure" in shown and "Jeudi 26 novembre à 13 h" in shown
    assert unpack(pack(chat.state)) == chat.state


def test_a_button_of_the_time_before_is_an_old_one(chat: Chat) -> None:
    booked(chat)
    chat.press("Annuler ce rendez-vous")
    old = chat.reply.prompt.id
    starts = datetime(2026, 11, 26, 13, 0, tzinfo=PARIS)
    chat.happens(NowMoved(CODE, starts, starts + timedelta(minutes=30), by_partner=True))
    chat.happens(Pressed(old, "yes"))
    assert chat.reply.stale and chat.state.appointments


# --- an earlier slot ---------------------------------------------------------------------------------------------


def waits(chat: Chat) -> Earlier:
    booked(chat, "Lundi 23 novembre à 14 h")
    chat.press("Une place plus tôt")
    assert "passe à la personne suivante" in chat.text
    chat.press("Oui, cherchez")
    assert "Je cherche une place plus tôt" in chat.text
    slot = Slot(
        chat.state.appointments[0].slot.office, *(datetime(2026, 11, 23, h, tzinfo=PARIS) for h in (9, 10))
    )
    return Earlier(slot, NOW + timedelta(minutes=30))


def test_an_earlier_slot_is_offered_for_a_time_and_taken(chat: Chat) -> None:
    offer = waits(chat)
    chat.press("Recommencer")
    shown = chat.happens(Waits(CODE, True, offer))
    assert "Une place plus tôt s'est libérée : lundi 23 novembre à 9 h" in shown
    assert "jusqu'à 10 h 30" in shown and "14 h tient toujours" in shown
    shown = chat.press("Oui, prendre cette place")
    assert "C'est changé" in shown and "Lundi 23 novembre à 9 h" in shown
    assert not chat.state.appointments[0].care.waits


def test_an_offer_is_left_to_the_next_and_the_search_goes_on(chat: Chat) -> None:
    chat.happens(Waits(CODE, True, waits(chat)))
    assert "Vous gardez votre heure" in chat.press("Non, garder mon heure")
    assert chat.state.appointments[0].care.waits


def test_an_offer_that_could_not_be_had_leaves_the_visit(chat: Chat) -> None:
    chat.happens(Waits(CODE, True, waits(chat)))
    chat.partner.writable = False
    assert "Cette place n'est plus libre" in chat.press("Oui, prendre cette place")
    assert chat.state.appointments[0].slot.starts.hour == 14


def test_an_offer_that_ran_out_does_not_disturb(chat: Chat) -> None:
    offer = waits(chat)
    chat.happens(Waits(CODE, True, offer))
    chat.world = replace(chat.world, now=offer.until)
    chat.happens(Asked("why"))
    assert "Cette place n'est plus gardée" in chat.text
    chat.press("Continuer")
    chat.happens(Topics(("housing",)))
    before = chat.prompt
    chat.happens(Waits(CODE, True))
    assert chat.prompt == before and chat.state.appointments[0].care.earlier is None
    chat.happens(EarlierGone(CODE))


def test_who_still_waits_is_not_told_that_nothing_is_kept(chat: Chat) -> None:
    reachable(booked(chat, "Lundi 23 novembre à 14 h")).happens(Asked("why"))
    for label in ("Une place plus tôt", "Oui, cherchez", "Me le rappeler", "La veille", "Me le rappeler"):
        chat.press(label)
    shown = chat.press("Ne plus m'écrire")
    assert "seulement si une place se libère plus tôt" in shown and "Je ne garde rien" not in shown


def test_waiting_can_be_ended(chat: Chat) -> None:
    waits(chat)
    chat.press("Ne plus attendre")
    assert "Je ne cherche plus" in chat.press("Ne plus chercher")


# --- what is over ------------------------------------------------------------------------------------------------


def test_a_visit_of_the_past_is_forgotten(chat: Chat) -> None:
    booked(chat)
    chat.press("Recommencer")
    chat.world = replace(chat.world, now=NOW + timedelta(days=4))
    chat.happens(Topics(("housing",)))
    assert chat.state.appointments == ()


def test_a_state_of_before_is_still_read() -> None:
    old = (
        b'{"v":1,"day":"2026-11-21","lang":"fr","print":"","log":[["begun"],["visit","rsa"]],"offer":["ccas",0,"ccas",[],false,'
        b'true],"booked":[["AAAA-7777",["ccas","2026-11-25T10:00:00+01:00","2026-11-25T10:30:00+01:00","Europe/Paris",0,""],'
        b'"rsa"]],"notes":[],"erased":false}'
    )
    [made] = unpack(old).appointments
    assert (made.reference, made.care) == ("AAAA-7777", Care())


@pytest.mark.parametrize("hour", [0, 46, 47.75])
def test_every_button_after_a_booking_does_something(world: World, hour: float) -> None:
    """Days before, on the morning itself, and while the visit lasts."""
    chat = booked(reachable(Flat(world)))
    chat.world = replace(chat.world, now=NOW + timedelta(hours=hour))
    seen, waiting = set[str](), [chat.state]
    while waiting and len(seen) < 12:
        here = Flat(chat.world, chat.partner, waiting.pop(0))
        for button in [*here.reply.prompt.buttons, *here.reply.prompt.standing]:
            partner = Partner(appointments=dict(chat.partner.appointments), kinds=("desk", "phone"))
            there = Flat(chat.world, partner, here.state)
            there.happens(Pressed(here.state.id, button.action))
            assert "n'existe pas ici" not in there.text, button
            assert there.text != here.text or there.state != here.state, button
            page = there.reply.prompt.blocks[0].text
            if page not in seen:
                seen.add(page)
                waiting.append(there.state)
    assert len(seen) > 2
