"""What a person sees on Telegram."""

import pytest

from bot.dialogue import Media, Person, Press, Text


async def test_a_question_has_one_choice_a_row_and_one_standing_row(chat):
    [question] = await chat.send("/start")
    assert question.text == "Logement\n\nPayez-vous un loyer ?"
    assert question.rows == (("Oui",), ("Non",), ("Je ne sais pas", "Pourquoi ?", "Retour"))


async def test_a_press_answers_and_the_old_keyboard_dies(chat, talks):
    await chat.send("bonjour")
    [following] = await chat.press("Oui")
    first, second = (shown for shown in chat.screen if not shown.mine)
    assert first.text.endswith("Payez-vous un loyer ?\n\n➜ Oui")
    assert first.buttons == ()
    assert second == following
    assert talks.turns[-1] == (Person("telegram", str(chat.id)), Press("q1", "yes"))


async def test_an_answer_in_words_takes_the_old_buttons_away_too(chat):
    await chat.send("bonjour")
    await chat.send("pas un bouton")
    await chat.send("ni ceci")
    *before, last = (shown for shown in chat.screen if not shown.mine)
    assert [shown.buttons for shown in before] == [(), ()]
    assert last.buttons
    await chat.press("Oui")
    assert [shown.buttons for shown in chat.screen if shown.buttons] == [chat.last.buttons]


async def test_a_press_on_an_old_button_is_not_shown_as_an_answer(chat):
    [first] = await chat.send("bonjour")
    await chat.press("Oui")
    [again] = await chat.press_data(first.id, "q1:no")
    assert again.text.startswith("Ce bouton est ancien.\n\nQu'est-ce qui est vrai")
    assert "➜ Non" not in chat.sees()


async def test_a_box_is_ticked_in_place(chat):
    await chat.send("bonjour")
    await chat.press("Oui")
    assert await chat.press("☐ J'ai un enfant") == []
    assert chat.last.rows[0] == ("☑ J'ai un enfant",)
    assert await chat.press("☑ J'ai un enfant") == []
    assert chat.last.rows[0] == ("☐ J'ai un enfant",)


async def test_why_is_answered_in_place_and_the_question_stays_open(api, chat):
    await chat.send("bonjour")
    assert await chat.press("Pourquoi ?") == []
    assert chat.last.text.startswith("Pour savoir si une aide au logement est possible.\n\nLogement")
    assert "Oui" in chat.last.buttons
    [again] = await chat.press("Pourquoi ?")
    assert again.text == chat.screen[-2].text
    assert "message is not modified" in api.refused.pop().description  # the edit that changed nothing


async def test_an_appointment_comes_with_its_calendar_file(chat):
    await chat.send("bonjour")
    await chat.press("Oui")
    card, file = await chat.press("Continuer")
    assert card.text == "Votre rendez-vous est pris.\n\nK7M-4QX"
    assert (file.file_name, file.file) == ("rendez-vous.ics", b"BEGIN:VCALENDAR\r\n")


async def test_long_results_come_in_few_messages_in_order_with_the_question_last(chat):
    shown = await chat.send("tout")
    together = "\n".join(message.text for message in shown)
    assert [together.index(f"Droit {number}.") for number in range(8)] == sorted(
        together.index(f"Droit {number}.") for number in range(8)
    )
    assert shown[-1].text.endswith("Payez-vous un loyer ?")
    assert [bool(message.buttons) for message in shown] == [False] * (len(shown) - 1) + [True]


@pytest.mark.parametrize(
    "content",
    [
        {"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
                     "is_animated": False, "is_video": False}},
        {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}},
        {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}], "caption": "mon courrier"},
        {"contact": {"phone_number": "0600000000", "first_name": "Moi"}},
    ],
    ids=lambda content: next(iter(content)),
)  # fmt: skip
async def test_what_is_not_text_gets_one_sentence_and_the_question_stays(chat, talks, content):
    [answer] = await chat.send_message(content)
    assert answer.text.startswith("Je ne lis que le texte.\n\nLogement")
    assert talks.turns[-1][1] == Media()


async def test_an_edited_message_gets_one_sentence_too(chat):
    await chat.send("trois")
    [answer] = await chat.edit("quatre")
    assert answer.text.startswith("Je ne lis que le texte.")


async def test_telegrams_own_notes_are_left_alone(chat, talks):
    assert (
        await chat.send_message({"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}})
        == []
    )
    assert talks.turns == []


async def test_commands_of_the_menu_are_read_as_words(api, chat, talks, wording):
    await chat.send("/start")
    menu = [command["command"] for command in api.world.menus[""]]
    assert menu[:2] == ["start", "retour"]
    for command in menu[1:]:
        await chat.send(f"/{command}")
    assert talks.texts() == [command.says for command in wording.commands if command.says]


async def test_answers_given_can_be_seen_and_corrected(chat):
    [nothing] = await chat.send("/reponses")
    assert nothing.text == "Vous n'avez encore répondu à aucune question."
    await chat.send("bonjour")
    await chat.press("Oui")
    [review] = await chat.send("/reponses")
    assert review.rows == (("Vous payez un loyer : Oui",),)
    [question] = await chat.press("Vous payez un loyer : Oui")
    assert question.text.endswith("Payez-vous un loyer ?")


async def test_a_deep_link_starts_and_unknown_commands_are_text(chat, talks):
    await chat.send("/start affiche-mairie")
    await chat.send("/inconnu")
    await chat.send("/")
    assert talks.texts() == ["/start", "/inconnu", "/"]


async def test_farewell_says_that_the_chat_itself_is_the_persons_to_delete(chat):
    [farewell] = await chat.send("/stop")
    assert farewell.text == "Pensez aussi à supprimer cette discussion dans Telegram.\n\nAu revoir."


async def test_what_a_person_writes_cannot_break_the_page(chat, talks):
    await chat.send("<b>&lt;script&gt; 😀 \x00 \u202e")
    assert isinstance(talks.turns[-1][1], Text)


async def test_groups_and_channels_are_refused_and_left(api, chat, talks):
    group, channel = api.chat(-200_001, "group"), api.chat(-100_200_002, "channel")
    [refusal] = await group.membership("member")
    assert refusal.text.startswith("Bonjour. Je ne parle qu'en privé")
    assert group.left
    assert await channel.membership("administrator") == []
    assert channel.left
    assert talks.turns == []


async def test_a_message_in_a_group_is_never_read(api, chat, talks):
    group = api.chat(-200_003, "supergroup")
    await group.send("/start")
    assert group.left
    assert talks.turns == []


async def test_other_bots_are_not_answered(api, chat, talks):
    message = api.world.message(
        api.world.rooms[chat.id], {"id": 5, "is_bot": True, "first_name": "R2"}, {"text": "hi"}
    )
    update = api.world.update("message", message)
    await api.world.stir()
    await chat.until_done(update["update_id"])
    assert talks.turns == []
