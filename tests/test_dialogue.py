"""One turn through every part, with twins where a part reaches outside."""

import asyncio
import logging
import secrets
from datetime import timedelta

import pytest

from bot.conversation.events import BookingFailed
from bot.dialogue import Person
from bot.memories import Memories
from bot.privacy.pseudonyms import Pseudonyms
from bot.privacy.sealing import Seals
from bot.storage.conversations import Overtaken
from bot.storage.memory import RememberedConversations
from bot.turns import Dialogue
from tests.talking import (
    Clock,
    Notes,
    PlainReader,
    RealWorlds,
    RememberedBookings,
    RememberedCare,
    Talker,
    plain_card,
    plain_file,
    said,
)

CANARY = "canari-7f3a"


@pytest.fixture(scope="module")
def worlds():
    return RealWorlds()


class Parts:
    """The assistant and all that it was made of."""

    def __init__(self, worlds):
        self.clock = Clock()
        self.key = secrets.token_bytes(32)
        self.store = RememberedConversations(self.clock)
        self.journal = Notes()
        self.bookings = RememberedBookings()
        self.care = RememberedCare()
        self.reader = PlainReader()
        self.worlds = worlds

    def dialogue(self, *keys):
        keys = keys or [self.key]
        memories = Memories(
            store=self.store,
            pseudonyms=Pseudonyms(keys),
            seals=Seals(keys),
            journal=self.journal,
            now=self.clock,
            term=timedelta(days=30),
        )
        return Dialogue(
            memories=memories,
            reader=self.reader,
            bookings=self.bookings,
            care=self.care,
            worlds=self.worlds,
            file=plain_file,
            card=plain_card,
        )

    def talker(self, user="zoe", channel="web"):
        return Talker(self.dialogue(), Person(channel, user))


@pytest.fixture
def parts(worlds):
    return Parts(worlds)


async def to_the_slots(zoe):
    await zoe.press("Parler à une personne")
    return await zoe.write("commune 89206")


# --- the way --------------------------------------------------------------------------------------------------


async def test_a_conversation_goes_from_hello_to_an_appointment(parts):
    zoe = parts.talker()
    assert "Clairdroit" in await zoe.show()
    assert "commune" in await zoe.press("Parler à une personne")
    assert "03 53 01" in await zoe.write("commune 89206")
    booked = await zoe.press("23 novembre à 11 h")
    (reference,) = parts.bookings.booked
    assert reference in booked
    (file,) = zoe.seen.files
    assert reference.encode() in file.content


async def test_a_reload_says_the_same_again_and_keeps_nothing(parts):
    zoe = parts.talker()
    await zoe.show()
    assert await parts.store.count() == 0
    await to_the_slots(zoe)
    for act in (
        lambda: zoe.press("23 novembre à 10 h"),
        lambda: (
            zoe.press("Pourquoi")
            if any(b.label == "Pourquoi ?" for b in zoe.buttons())
            else zoe.write("pourquoi")
        ),
        lambda: zoe.write("n'importe quoi"),
        zoe.send_a_picture,
    ):
        await act()
        answered = zoe.seen
        again = parts.talker()  # another process
        await again.show()
        assert again.seen == answered
    assert parts.bookings.asked == 1


async def test_the_greeting_has_one_prompt_for_everybody_new(parts):
    zoe, ali = parts.talker("zoe"), parts.talker("ali", "telegram")
    await zoe.show()
    await ali.show()
    assert zoe.seen == ali.seen
    assert "Qu'est-ce qui vous amène" in await ali.press("Commencer")


async def test_two_people_and_two_channels_are_apart(parts):
    zoe = parts.talker("1", "web")
    await zoe.press("Commencer")
    other = parts.talker("1", "telegram")
    assert "Bonjour" in await other.show()
    assert "Bonjour" not in await parts.talker("1", "web").show()


async def test_what_is_not_text_is_met_with_one_sentence_and_the_conversation_stays(parts):
    zoe = parts.talker()
    await zoe.press("Commencer")
    before = zoe.seen.prompt
    await zoe.send_a_picture()
    assert len(zoe.seen.notices) == 1
    assert zoe.seen.prompt == before


async def test_a_delivery_that_comes_again_changes_nothing_and_is_answered_again(parts):
    zoe = parts.talker()
    await to_the_slots(zoe)
    offered = zoe.seen
    first = await zoe.press("23 novembre à 10 h", delivery="update 7")
    zoe.seen = offered
    second = await zoe.press("23 novembre à 10 h", delivery="update 7")
    assert second == first
    assert len(parts.bookings.booked) == 1


@pytest.mark.parametrize("delivery", ["", "a\nb", "x" * 10_000, "\x00", "é"])
async def test_a_delivery_may_be_called_anything(parts, delivery):
    zoe = parts.talker()
    await zoe.press("Commencer", delivery=delivery)
    await zoe.press("Pas assez d'argent", delivery="the next")
    assert zoe.seen.notices == ()
    answered = zoe.seen
    await zoe.show()
    assert zoe.seen == answered


async def test_messages_that_arrive_at_once_are_taken_one_after_the_other(parts):
    zoe = parts.talker()
    await to_the_slots(zoe)
    presses = [Talker(zoe.talks, zoe.person, zoe.seen).press("23 novembre à 10 h") for _ in range(5)]
    answers = await asyncio.gather(*presses)
    assert len(parts.bookings.booked) == 1
    assert sum("C'est réservé" in answer for answer in answers) == 1


async def test_people_do_not_wait_for_each_others_calendars(parts):
    zoe, ali = parts.talker("zoe"), parts.talker("ali")
    await zoe.press("Parler à une personne")
    parts.bookings.wait.clear()
    slow = asyncio.create_task(zoe.write("commune 89206"))
    async with asyncio.timeout(2):
        assert "Qu'est-ce qui vous amène" in await ali.press("Commencer")
    parts.bookings.wait.set()
    await slow
    assert any("23 novembre à 10 h" in button.label for button in zoe.buttons())


async def test_whoever_hangs_up_meanwhile_finds_the_turn_done(parts):
    zoe = parts.talker()
    await to_the_slots(zoe)
    parts.bookings.wait.clear()
    turn = asyncio.create_task(zoe.press("23 novembre à 10 h"))
    await asyncio.sleep(0.05)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    parts.bookings.wait.set()
    await zoe.talks.finish()
    assert "C'est réservé" in await zoe.show()


# --- what is kept ---------------------------------------------------------------------------------------------


async def test_erasing_leaves_nothing_and_is_noted_without_a_name(parts):
    zoe = parts.talker()
    await zoe.press("Commencer")
    assert await parts.store.count() == 1
    await zoe.write("effacer")
    await zoe.press("Oui")
    assert zoe.seen.erased
    assert await parts.store.count() == 0
    assert parts.journal.noted == [("person", "conversation_erased", 1)]
    assert "Bonjour" in await parts.talker().show()


async def test_somebody_who_cannot_be_reached_any_more_is_forgotten(parts):
    zoe = parts.talker()
    await to_the_slots(zoe)
    await zoe.press("23 novembre à 10 h")
    await zoe.talks.forget(zoe.person)
    assert await parts.store.count() == 0
    assert parts.bookings.cancelled == [], "nobody asked for that"


async def test_after_the_term_the_conversation_is_gone(parts):
    zoe = parts.talker()
    await zoe.press("Commencer")
    parts.clock.pass_by(days=29)
    assert "Bonjour" not in await zoe.show()
    await zoe.press("Pas assez d'argent")  # it starts the term again
    parts.clock.pass_by(days=29)
    assert "Bonjour" not in await zoe.show()
    parts.clock.pass_by(days=1)
    assert "Bonjour" in await zoe.show()


async def test_a_conversation_ends_under_the_rules_of_the_day_it_began(parts):
    asked = []

    class Watching:
        def on(self, day, now):
            asked.append((day, now))
            return parts.worlds.on(day, now)

    zoe = parts.talker()
    object.__setattr__(zoe.talks, "worlds", Watching())
    began = parts.clock().date()
    await zoe.press("Commencer")
    parts.clock.pass_by(days=3)
    await zoe.press("Pas assez d'argent")
    assert {day for day, _ in asked} == {began}
    await zoe.write("recommencer")
    await zoe.press("Pas assez d'argent")
    assert asked[-1] == (began + timedelta(days=3), parts.clock())


async def test_with_a_new_key_beside_the_old_one_conversations_go_on(parts):
    zoe = parts.talker()
    await zoe.press("Commencer")
    new = secrets.token_bytes(32)
    both = Talker(parts.dialogue(new, parts.key), zoe.person)
    assert "Qu'est-ce qui vous amène" in await both.show()
    await both.press("Pas assez d'argent")
    assert await parts.store.count() == 1
    only_new = Talker(parts.dialogue(new), zoe.person)
    await only_new.show()
    assert only_new.seen == both.seen


async def test_a_state_that_cannot_be_opened_begins_afresh_and_says_so(parts):
    zoe = parts.talker()
    await zoe.press("Commencer")
    name = parts.dialogue().memories.pseudonyms.of("web", "zoe")
    async with parts.store.turn(name) as box:
        await box.save(b"nonsense", parts.clock() + timedelta(days=1))
    anew = await zoe.press("Pas assez d'argent")
    assert anew.index(zoe.seen.notices[0].blocks[0].text) < anew.index("Bonjour")
    assert len(zoe.seen.notices) == 1
    assert "Qu'est-ce qui vous amène" in await zoe.press("Commencer")


async def test_words_are_heard_even_when_the_state_is_lost(parts):
    zoe = parts.talker()
    await zoe.press("Commencer")
    other_key = Talker(parts.dialogue(secrets.token_bytes(32)), zoe.person)
    other_key.talks.memories.pseudonyms._keys[:] = parts.dialogue().memories.pseudonyms._keys
    told = await other_key.write("il me frappe")
    assert "3919" in told
    assert other_key.seen.notices[0].urgent
    assert len(other_key.seen.notices) == 2
    answered = other_key.seen
    await other_key.show()
    assert other_key.seen == answered


# --- when something goes wrong --------------------------------------------------------------------------------


def breaking(message=f"it broke on {CANARY}"):
    def broken(*_, **__):
        raise RuntimeError(message)

    return broken


async def sorry_and_unchanged(zoe, before, caplog):
    """The person reads one friendly sentence, the conversation stands where it stood, the log names no word."""
    assert zoe.seen.prompt == before
    assert len(zoe.seen.notices) == 1
    assert CANARY not in said(zoe.seen)
    assert CANARY not in caplog.text
    assert "RuntimeError at" in caplog.text
    assert "test_dialogue.py" in caplog.text
    await zoe.show()
    assert zoe.seen.prompt == before
    assert zoe.seen.notices == ()


@pytest.mark.parametrize("part", ["reader.read", "bookings.free", "worlds.on", "store.turn"])
async def test_a_part_that_breaks_is_met_with_one_sentence_and_the_state_stays(
    parts, part, monkeypatch, caplog
):
    caplog.set_level(logging.DEBUG)
    zoe = parts.talker()
    await zoe.press("Parler à une personne")
    before = zoe.seen.prompt
    name, method = part.split(".")
    with monkeypatch.context() as patch:
        if part == "worlds.on":
            fine, calls = parts.worlds.on, []
            once = lambda *a: breaking()() if not calls and not calls.append(1) else fine(*a)  # noqa: E731
            patch.setattr(parts.worlds, "on", once)
        else:
            patch.setattr(getattr(parts, name), method, breaking())
        await zoe.write("commune 89206")
    await sorry_and_unchanged(zoe, before, caplog)


async def test_with_the_store_out_of_reach_there_still_is_a_friendly_answer(parts, monkeypatch, caplog):
    zoe = parts.talker()
    await zoe.press("Commencer")
    monkeypatch.setattr(parts.store, "turn", breaking())
    monkeypatch.setattr(parts.store, "look", breaking())
    assert "Bonjour" in await zoe.write("bonjour")
    assert len(zoe.seen.notices) == 1
    assert CANARY not in caplog.text


async def test_help_in_danger_is_given_even_when_nothing_else_works(parts, monkeypatch, caplog):
    zoe = parts.talker()
    await zoe.press("Commencer")
    monkeypatch.setattr(parts.store, "turn", breaking())
    assert "3919" in await zoe.write("il me frappe")
    monkeypatch.setattr(parts.store, "look", breaking())
    assert "3919" in await zoe.write("il me frappe")
    assert CANARY not in caplog.text


async def test_a_booking_that_could_not_be_kept_is_undone(parts, monkeypatch, caplog):
    zoe = parts.talker()
    await to_the_slots(zoe)
    before = zoe.seen.prompt
    monkeypatch.setattr(Seals, "seal", breaking())
    await zoe.press("23 novembre à 10 h")
    await sorry_and_unchanged(zoe, before, caplog)
    assert parts.bookings.booked == {}
    assert parts.bookings.cancelled == ["K7QM-0000"]


async def test_a_turn_overtaken_by_another_process_undoes_its_booking(parts, monkeypatch):
    zoe = parts.talker()
    await to_the_slots(zoe)
    offered = zoe.seen
    book = parts.bookings.book

    async def overtaken(*what):
        async with RememberedConversations.turn(elsewhere, name) as box:
            await box.save(kept.sealed, parts.clock() + timedelta(days=1))
        return await book(*what)

    name = parts.dialogue().memories.pseudonyms.of("web", "zoe")
    kept = await parts.store.look(name)
    elsewhere = RememberedConversations(parts.clock)
    elsewhere._rows = parts.store._rows
    monkeypatch.setattr(parts.bookings, "book", overtaken)
    await zoe.press("23 novembre à 10 h")
    assert parts.bookings.booked == {}
    assert zoe.seen.prompt == offered.prompt
    assert len(zoe.seen.notices) == 1


async def test_the_log_tells_the_kind_and_the_place_of_each_cause(parts, monkeypatch, caplog):
    def deep(*_):
        try:
            {}[CANARY]
        except KeyError as missing:
            raise Overtaken(CANARY) from missing

    monkeypatch.setattr(parts.reader, "read", deep)
    await parts.talker().write("bonjour")
    line, *_ = [record.getMessage() for record in caplog.records if record.name == "bot.turns"]
    assert "Overtaken at" in line
    assert "from KeyError at" in line
    assert CANARY not in line
    assert not any(record.exc_info for record in caplog.records)


async def test_a_failed_booking_is_an_answer_not_a_failure(parts, monkeypatch, caplog):
    async def fails(*_):
        return BookingFailed()

    zoe = parts.talker()
    await to_the_slots(zoe)
    monkeypatch.setattr(parts.bookings, "book", fails)
    answer = await zoe.press("23 novembre à 10 h")
    assert "03 53 01" in answer
    assert caplog.text == ""
