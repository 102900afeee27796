"""What a person sees, step by step, with the real rules, sentences and demonstration offices."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.conversation import events
from bot.conversation.events import Asked, Command, InDanger, Number, Places, Pressed, Puzzled, Topics
from bot.conversation.scene import Scene
from bot.conversation.state import Look
from bot.conversation.world import World
from tests.conversation.vocabulary import Chat, Partner, sentences

JOIGNY = "89206"


def to_a_number(chat: Chat) -> None:
    """Answer until a number may be typed."""
    chat.happens(Topics(("income",)))
    for _ in range(20):
        if chat.reply.prompt.wants == "number":
            return
        answer_first(chat)
    pytest.fail("no number was asked")


def to_a_choice(chat: Chat) -> None:
    """Answer until one thing alone is asked."""
    chat.happens(Topics(("income",)))
    while chat.reply.prompt.buttons[0].ticked is not None:
        answer_first(chat)


def answer_first(chat: Chat) -> None:
    """The first choice; of boxes none."""
    ticking = any(button.ticked is not None for button in chat.reply.prompt.buttons)
    chat.press("Rien de tout cela") if ticking else chat.say("a")


def to_results(chat: Chat, topic: str = "housing") -> None:
    chat.happens(Topics((topic,)))
    chat.happens(Asked("results"))


def to_slots(chat: Chat) -> None:
    chat.happens(Asked("human"))
    chat.happens(Places((JOIGNY,)))


# --- greeting and topics ----------------------------------------------------------------------------------


def test_the_greeting_says_what_is_kept_and_asks_no_name(chat: Chat) -> None:
    assert "Je ne demande jamais votre nom" in chat.text
    assert chat.labels[0] == "Commencer"


def test_every_new_person_sees_the_same_greeting_prompt(world: World) -> None:
    later = replace(world, now=world.now.replace(month=12))
    assert Chat(world).reply.prompt.id == Chat(later).reply.prompt.id


def test_all_twelve_topics_are_reached_five_at_a_time(chat: Chat) -> None:
    chat.press("Commencer")
    seen = list(chat.labels)
    chat.press("Autres sujets")
    seen += chat.labels
    chat.press("Autres sujets")
    seen += chat.labels
    assert len(seen) == len(set(seen)) == 12
    chat.press("Autres sujets")
    assert chat.labels == seen[:5]


def test_a_topic_without_rules_leads_to_a_person(world: World) -> None:
    chat = Chat(replace(world, rights=frozenset({"rsa"})))
    chat.happens(Topics(("energy",)))
    assert "Je ne sais pas encore calculer vos droits" in chat.text
    chat.press("Parler à une personne")
    chat.say("89300")
    assert "Téléphone" in chat.press("Joigny (89300)")


def test_who_does_not_know_gets_every_right(chat: Chat) -> None:
    chat.press("Commencer")
    chat.press("Je ne sais pas")
    chat.happens(Asked("results"))
    decided = [t for t in chat.world.rules.texts.values() if not t.orientation and not t.demonstration]
    assert f"{len(decided)} aides restent à vérifier" in chat.text
    named = set(chat.labels)
    while "Suite de la liste : " in chat.press("Voir la suite"):
        named |= set(chat.labels)
    assert {"RSA", "AAH", "Domiciliation"} <= named, "nothing is lost"


def test_a_topic_may_be_the_first_word(chat: Chat) -> None:
    chat.happens(Topics(("health", "housing")))
    assert chat.reply.prompt.buttons and chat.state.log


# --- questions --------------------------------------------------------------------------------------------


def test_questions_are_short(world: World) -> None:
    for fact in world.rules.facts.values():
        assert all(len(sentence.split()) <= 20 for sentence in sentences(fact.ask)), fact.ask


def test_a_typed_amount_is_kept_only_as_a_band(chat: Chat) -> None:
    chat.happens(Topics(("income",)))
    while True:
        on = chat.reply.prompt
        if on.wants == "number" and any("€" in button.label for button in on.buttons):
            break
        answer_first(chat)
    chat.say("1 234,56 €")
    assert "1234" not in repr(chat.state).replace("_", "") or "123456" not in repr(chat.state)
    assert "1 234,56" not in chat.text


def test_back_returns_to_the_very_same_prompt(chat: Chat) -> None:
    chat.happens(Topics(("income",)))
    before = chat.reply.prompt
    chat.say("a")
    assert chat.reply.prompt != before
    chat.press("Retour")
    assert chat.reply.prompt == before


def test_correcting_keeps_all_the_other_answers(chat: Chat) -> None:
    to_a_choice(chat)
    for _ in range(3):
        chat.say("a")
    first, *others = chat.reply.trail
    chat.correct(first.label)
    assert chat.reply.trail[0].answer == first.answer, "the old answer holds until there is a new one"
    chat.say("b")
    now = {given.label: given.answer for given in chat.reply.trail}
    assert now[first.label] != first.answer
    assert all(now[given.label] == given.answer for given in others)


def test_the_summary_leads_to_a_correction(chat: Chat) -> None:
    to_a_choice(chat)
    question = chat.prompt.splitlines()[0]
    chat.say("a")
    label = chat.reply.trail[-1].label
    chat.happens(Asked("summary"))
    assert "Vos réponses" in chat.text
    while not any(label in each for each in chat.labels):
        chat.press("Autres réponses")
    chat.press(next(each for each in chat.labels if label in each))
    assert chat.prompt.splitlines()[0] == question


def test_going_back_from_a_correction_restores_the_answer(chat: Chat) -> None:
    to_a_choice(chat)
    chat.say("a")
    before, trail = chat.reply.prompt, chat.reply.trail
    chat.correct(trail[-1].label)
    chat.press("Retour")
    assert (chat.reply.prompt, chat.reply.trail) == (before, trail)


def test_why_names_the_rights(chat: Chat) -> None:
    chat.happens(Topics(("income",)))
    before = chat.reply.prompt
    shown = chat.press("Pourquoi ?")
    assert "Votre réponse peut décider de" in shown
    first = Scene(chat.state, chat.world).question
    assert first and chat.world.rules.texts[first.rights[0]].short in " ".join(shown.split())
    assert chat.reply.prompt == before


@pytest.mark.parametrize("label", ["Je ne sais pas", "Je préfère ne pas dire"])
def test_every_question_can_be_left(chat: Chat, label: str) -> None:
    to_a_choice(chat)
    asked = chat.prompt.splitlines()[0]
    chat.press(label)
    assert chat.prompt.splitlines()[0] != asked
    assert chat.reply.trail[-1].answer == label[0].lower() + label[1:]


def test_dont_know_everywhere_still_ends_in_results(chat: Chat) -> None:
    chat.press("Commencer")
    chat.press("Je ne sais pas")
    for _ in range(60):
        if "Prendre rendez-vous" in chat.labels:
            break
        chat.press("Je ne sais pas")
    assert "À vérifier" in chat.text


# --- results ----------------------------------------------------------------------------------------------


def test_results_are_there_before_the_questions_end(chat: Chat) -> None:
    to_results(chat)
    assert "Vos droits, avec ce que je sais déjà" in chat.text
    assert "C'est une estimation, pas une promesse" in chat.text
    chat.press("Continuer")
    assert "Je ne sais pas" in [button.label for button in chat.reply.prompt.standing]


def test_a_right_tells_why_how_and_where_it_comes_from(chat: Chat) -> None:
    to_results(chat)
    shown = chat.press("Aide au logement")
    for part in ("Pourquoi", "Papiers à préparer", "Comment la demander", "Si on vous dit non",
                 "D'où vient cette règle", "vérifiée le", "https://"):  # fmt: skip
        assert part in shown


# --- visit ------------------------------------------------------------------------------------------------


def test_the_walk_to_an_appointment(chat: Chat) -> None:
    to_results(chat)
    chat.press("Aide au logement")
    chat.press("Prendre rendez-vous")
    shown = chat.say("joigny")
    assert "Permanence de la CAF à Joigny" in shown and "Données de démonstration" in shown
    assert chat.labels[:3] == [
        "Lundi 23 novembre à 9 h 30", "Lundi 23 novembre à 11 h", "Lundi 23 novembre à 14 h",
    ]  # fmt: skip
    shown = chat.press("Lundi 23 novembre à 11 h")
    assert "C'est réservé." in shown and "K7QM-1TXR" in shown and "Votre bail" in shown
    assert chat.text == shown
    chat.press("Annuler ce rendez-vous")
    shown = chat.press("Oui, annuler")
    assert "Votre rendez-vous est annulé." in shown and not chat.state.appointments


def test_more_slots_and_back(chat: Chat) -> None:
    to_slots(chat)
    first = list(chat.labels[:3])
    chat.press("Plus de créneaux")
    assert not set(first) & set(chat.labels[:3])
    chat.press("Retour")
    assert chat.labels[:3] == first


def test_another_office(chat: Chat) -> None:
    to_slots(chat)
    first = chat.text.splitlines()[2]
    chat.press("Un autre lieu")
    chat.say("b")
    assert chat.text.splitlines()[2] != first and "Téléphone" in chat.text


def test_an_unreadable_calendar_offers_the_phone_and_no_slot(chat: Chat) -> None:
    chat.partner.readable = False
    to_slots(chat)
    assert "Je n'arrive pas à lire l'agenda" in chat.text
    assert "Téléphone" in chat.text and "Horaires" in chat.text
    assert not any("novembre" in label for label in chat.labels)
    chat.partner.readable = True
    chat.press("Réessayer")
    assert any("novembre" in label for label in chat.labels)


def test_a_slot_taken_by_another_is_said_and_the_next_are_offered(chat: Chat) -> None:
    to_slots(chat)
    wanted = chat.labels[0]
    chat.partner.steal_next = True
    shown = chat.press(wanted)
    assert "Quelqu'un vient de prendre ce rendez-vous" in shown
    assert wanted not in chat.labels and not chat.state.appointments
    chat.say("a")
    assert len(chat.state.appointments) == 1


def test_a_failed_booking_books_nothing_and_gives_the_phone(chat: Chat) -> None:
    to_slots(chat)
    chat.partner.writable = False
    shown = chat.say("a")
    assert "Rien n'est réservé" in shown and "Téléphone" in shown and not chat.state.appointments


def test_a_failed_cancellation_keeps_the_appointment(chat: Chat) -> None:
    to_slots(chat)
    chat.say("a")
    chat.partner.writable = False
    chat.happens(Asked("cancel"))
    shown = chat.press("Oui, annuler")
    assert "tient toujours" in shown and len(chat.state.appointments) == 1


def test_no_partner_here(chat: Chat) -> None:
    chat.happens(Asked("human"))
    shown = chat.happens(Places(("75056",)))
    assert "pas encore de partenaire" in shown and "Changer de commune" in shown
    assert chat.reply.prompt.wants == "place", "another commune may be written at once"
    assert "Joigny" in chat.happens(Places((JOIGNY,)))


def test_several_communes_of_one_name(chat: Chat) -> None:
    chat.happens(Asked("human"))
    codes = chat.world.directory.territory.search("saint-martin")  # type: ignore[attr-defined]
    assert len(codes) > 1
    shown = chat.happens(Places(tuple(codes)))
    assert "Laquelle de ces communes" in shown
    chat.say("a")
    assert "Laquelle" not in chat.text


def test_a_second_appointment(chat: Chat) -> None:
    to_slots(chat)
    chat.say("a")
    chat.press("Un autre rendez-vous")
    assert "Dans quelle commune" not in chat.text, "the commune is known"
    chat.say("a")
    assert len(chat.state.appointments) == 2
    chat.press("Mes rendez-vous")
    assert len(chat.labels) == 2


def test_going_back_does_not_unbook(chat: Chat) -> None:
    to_slots(chat)
    chat.say("a")
    chat.press("Retour")
    chat.press("Recommencer")
    assert len(chat.state.appointments) == 1
    chat.press("Mes rendez-vous")
    chat.say("a")
    assert "K7QM-1TXR" in chat.text


# --- at any moment ----------------------------------------------------------------------------------------


def test_start_again_forgets_the_answers(chat: Chat) -> None:
    chat.happens(Topics(("income",)))
    chat.say("a")
    assert "On recommence" in chat.press("Recommencer")
    assert not chat.reply.trail


def test_erase_asks_once_and_then_forgets_all(chat: Chat) -> None:
    to_a_choice(chat)
    chat.say("a")
    chat.press("Tout effacer")
    assert chat.reply.trail, "nothing is erased before it is confirmed"
    assert "Tout est effacé" in chat.press("Oui, tout effacer")
    assert chat.erased and not chat.reply.trail and not chat.state.log


def test_stop_stops_and_can_be_resumed(chat: Chat) -> None:
    chat.happens(Topics(("income",)))
    asked = chat.prompt
    assert "C'est arrêté" in chat.happens(Asked("stop"))
    chat.press("Reprendre")
    assert chat.prompt == asked


@pytest.mark.parametrize(
    ("kind", "number"),
    [("crisis_violence", "3919"), ("crisis_suicide", "3114"), ("crisis_child", "119"),
     ("crisis_medical", "15"), ("crisis_shelter", "115")],
)  # fmt: skip
def test_danger_is_answered_at_once_and_loses_nothing(chat: Chat, kind: events.Crisis, number: str) -> None:
    chat.happens(Topics(("income",)))
    chat.say("a")
    before = chat.reply.prompt
    shown = chat.happens(InDanger(kind))
    assert chat.reply.notices[0].urgent and number in shown
    assert "Vous pouvez continuer ici quand vous voulez" in shown
    assert chat.reply.prompt == before


def test_danger_is_not_lost_while_slots_are_looked_for(chat: Chat) -> None:
    to_slots(chat)
    chat.state = replace(chat.state, offer=None)
    assert "3919" in chat.happens(InDanger("crisis_violence"))


def test_a_corrected_rule_file_is_told(chat: Chat) -> None:
    chat.happens(Topics(("income",)))
    chat.state = replace(chat.state, fingerprint="another")
    chat.reply = replace(chat.reply, prompt=replace(chat.reply.prompt, id=chat.state.id))
    assert "Nous avons corrigé une règle" in chat.say("a")
    assert "Nous avons corrigé une règle" not in chat.say("a")


# --- bad input --------------------------------------------------------------------------------------------

PUZZLES = ["empty", "too_long", "unreadable", "not_text", "not_a_number", "negative", "out_of_range", "vague",
           "unknown_place", "not_understood"]  # fmt: skip


@pytest.mark.parametrize("why", PUZZLES)
@pytest.mark.parametrize("where", ["greeting", "topics", "question", "results", "commune", "slots"])
def test_what_cannot_be_read_gets_one_sentence_and_changes_nothing(
    chat: Chat, why: events.Puzzle, where: str
) -> None:
    {"greeting": lambda: None, "topics": lambda: chat.press("Commencer"), "question": lambda: to_a_number(chat),
     "results": lambda: to_results(chat), "commune": lambda: chat.happens(Asked("human")),
     "slots": lambda: to_slots(chat)}[where]()  # fmt: skip
    before = chat.reply.prompt
    chat.happens(Puzzled(why))
    assert chat.reply.prompt == before
    [notice] = chat.reply.notices
    [block] = notice.blocks
    assert len(sentences(block.text)) <= 2 and "puzzled" not in block.text


@pytest.mark.parametrize(
    ("value", "told"),
    [("-5", "sans le signe moins"), ("NaN", "en chiffres"), ("1E+999999", None), ("2.5", None)],
)
def test_odd_numbers(chat: Chat, value: str, told: str | None) -> None:
    to_a_number(chat)
    before = chat.reply.prompt
    chat.happens(Number(Decimal(value)))
    if told:
        assert told in chat.text and chat.reply.prompt == before


def test_an_age_of_200_is_asked_again_with_its_range(chat: Chat) -> None:
    chat.happens(Topics(("ageing",)))
    while "Votre âge" not in [given.label for given in chat.reply.trail]:
        answer_first(chat)
    chat.correct("Votre âge")
    assert "entre 0 et 110" in chat.happens(Number(Decimal(200)))


def test_a_number_where_none_is_asked(chat: Chat) -> None:
    chat.press("Commencer")
    assert "Je n'ai pas" in chat.happens(Number(Decimal(3)))


def test_a_stale_button_changes_nothing(chat: Chat) -> None:
    old = chat.reply.prompt
    chat.press("Commencer")
    before = chat.reply.prompt
    shown = chat.happens(Pressed(old.id, old.buttons[0].action))
    assert "Ce bouton est celui d'un ancien message" in shown and chat.reply.prompt == before


@pytest.mark.parametrize(
    "action", ["", "a:99", "a:-1", "a:²", "zzz", "do:nothing", "lang:xx", "fix:7", "to:right", ":"]
)
def test_an_unknown_button_changes_nothing(chat: Chat, action: str) -> None:
    chat.happens(Topics(("income",)))
    before = chat.reply.prompt
    shown = chat.happens(Pressed(before.id, action))
    assert "Ce bouton n'existe pas ici" in shown and chat.reply.prompt == before


def test_an_unknown_commune(chat: Chat) -> None:
    chat.happens(Asked("human"))
    assert "Je ne trouve pas cette commune" in chat.happens(Places(("99999",)))


def test_a_conversation_without_a_partner_calendar_still_has_its_phone(world: World) -> None:
    chat = Chat(world, Partner(readable=False))
    to_slots(chat)
    assert "03 53 01" in chat.text


@pytest.mark.parametrize("page", ["summary", "results"])
def test_back_from_a_correction_leads_where_it_was_wished_for(chat: Chat, page: Command) -> None:
    to_a_number(chat)
    before = chat.happens(Asked(page))
    chat.correct(chat.reply.trail[0].label)
    assert chat.prompt not in before
    assert chat.press("Retour") == before
    chat.correct(chat.reply.trail[0].label)
    answer_first(chat)
    assert Scene(chat.state, chat.world).screen in ("question", "results", "contradiction")
    assert not any(isinstance(entry, Look) for entry in chat.state.log)


# --- understood or not ------------------------------------------------------------------------------------


def test_topics_read_from_free_words_are_said_back(chat: Chat) -> None:
    said = chat.happens(Topics(("energy", "housing")))
    assert said.startswith("J'ai compris : Logement et loyer et ")
    assert "J'ai compris" not in chat.happens(Asked("why"))


def test_a_topic_that_was_pressed_is_not_said_back(chat: Chat) -> None:
    chat.press("Commencer")
    assert "J'ai compris" not in chat.press("Logement et loyer")


def test_who_is_not_understood_twice_is_offered_a_person(chat: Chat) -> None:
    chat.press("Commencer")
    first = chat.happens(Puzzled("not_understood"))
    assert "Une personne peut vous aider" not in first
    second = chat.happens(Puzzled("not_understood"))
    assert "Une personne peut vous aider, près de chez vous." in second
    row = [button.label for button in chat.reply.prompt.standing]
    assert row[0] == "Parler à une personne"
    assert row[0] not in [button.label for button in chat.reply.prompt.menu]
    assert "Dans quelle commune" in chat.press("Parler à une personne")
    assert "Une personne peut vous aider" not in chat.press("Retour")


def test_an_old_button_pressed_twice_is_no_misunderstanding(chat: Chat) -> None:
    old = chat.reply.prompt.id
    chat.press("Commencer")
    for _ in range(2):
        assert "Une personne peut vous aider" not in chat.happens(Pressed(old, "go"))


@pytest.mark.parametrize(
    ("question", "example"), [("Combien d'enfants", "2"), ("ressources", "800"), ("âge", "34")]
)
def test_an_example_fits_the_number_that_is_asked(chat: Chat, question: str, example: str) -> None:
    chat.press("Commencer")
    chat.press("Je ne sais pas")
    for _ in range(60):
        if question in chat.reply.prompt.blocks[0].text and chat.reply.prompt.wants == "number":
            break
        chat.press("Je ne sais pas")
    assert f"par exemple {example}." in chat.happens(Puzzled("not_a_number"))
