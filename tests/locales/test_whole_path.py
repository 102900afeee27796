"""The whole way in every language: from hello to a booked appointment, its reminder, and help in danger.

What is shown is held beside what the same state shows in French: whatever reads the same must be a name, a number or
a code. Danger and the commune are typed, and read by the real reader.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot import texts
from bot.conversation import events
from bot.conversation.scene import Scene
from bot.conversation.steps import show, step
from bot.conversation.world import World
from bot.editing import bidi
from bot.eligibility import library
from bot.folding import fold
from bot.offices import helplines
from bot.offices.directory import Directory
from bot.offices.territory import Territory
from bot.understanding.reader import Reader
from tests.conversation.vocabulary import NOW, TODAY, Chat

ROOT = Path(__file__).parents[2]
IN_DANGER = {
    "fr": "il me frappe",
    "fr-x-falc": "il me frappe",
    "en": "he hits me",
    "es": "mi marido me pega",
    "pt": "o meu marido bate-me",
    "ar": "زوجي يضربني",
    "uk": "чоловік мене б'є",
    "tr": "kocam beni dövüyor",
    "ro": "soțul mă bate",
}
OTHERS = [language for language in IN_DANGER if not language.startswith("fr")]
# Papers and bodies that people must know by their French names; each catalogue says beside them what they are.
PAPERS = "carte de résident, commission de recours amiable, tribunal judiciaire, tribunal administratif, pension de réversion"
WORDS = re.compile(r"[^\W\d_]{3,}")
MARKS = re.compile("[\u200e\u200f\u2066-\u2069]")


@pytest.fixture(scope="module")
def territory():
    return Territory.read(ROOT / "content")


@pytest.fixture(scope="module")
def reader(territory):
    return Reader.read_from(ROOT / "content", territory.search)


@pytest.fixture(scope="module")
def world(territory):
    words = texts.read(ROOT)
    return World(
        rules=library.read(ROOT / "rules").on(TODAY),
        directory=Directory.read(ROOT / "content", territory, lambda: TODAY),
        phrases=words.phrases,
        now=NOW,
        topics=words.topics,
        anyone=words.anyone,
        helplines=helplines.read(ROOT / "content"),
        reachable=True,
    )


def act(chat, action):
    chat.happens(events.Pressed(chat.reply.prompt.id, action))


def write(chat, reader, words):
    chat.happens(reader.read(words, chat.reply.language, chat.reply.prompt))


def walk(chat, reader):
    """Hello to a booked appointment, with a reminder; yields at every page."""
    act(chat, "go")
    yield
    act(chat, "t:0")
    yield
    while (scene := Scene(chat.state, chat.world)).screen in ("question", "contradiction"):
        yield from answered(chat, scene, reader)
    yield from arranged(chat, reader)


def answered(chat, scene, reader):
    """The first choice; no box ticked; "I don't know" to what has no choices."""
    if scene.screen == "question":
        act(chat, "do:why")
        yield
    prompt = chat.reply.prompt
    if scene.screen == "question" and scene.question and len(scene.question.facts) > 1:
        act(chat, "ok")
    elif prompt.wants == "place":
        write(chat, reader, "89300")
    else:
        act(chat, prompt.buttons[0].action if prompt.buttons else "do:dont_know")
    yield
    if Scene(chat.state, chat.world).screen == "which_commune":
        act(chat, "c:0")
        yield


def arranged(chat, reader):
    """From the results to an appointment: why, a right, the place, a slot, a reminder."""
    act(chat, "r:0")
    yield
    act(chat, "v")
    yield
    if Scene(chat.state, chat.world).screen == "commune":
        write(chat, reader, "Joigny 89300")
        yield
    if Scene(chat.state, chat.world).screen == "which_commune":
        act(chat, "c:0")
        yield
    act(chat, "to:offices")
    yield
    act(chat, "o:0")
    yield
    act(chat, "s:0")
    yield
    act(chat, "remind")
    yield


def pieces(reply):
    """All that a person reads, in its order; what a code or a link says is no sentence."""
    messages = [*reply.notices, reply.prompt]
    yield from (block.text for message in messages for block in message.blocks if block.kind != "code")
    prompt = reply.prompt
    yield from (button.label for button in (*prompt.buttons, *prompt.standing, *prompt.menu))
    yield from (words for given in reply.trail for words in (given.label, given.answer))


def names(world):
    """What stays French: the names of offices, communes and partners, addresses, languages, laws, official names."""
    offices = [world.directory.office(name) for name in world.directory.entries]
    kept = {words for office in offices for words in (office.name, office.address, office.partner)}
    kept |= {stop.place for entry in world.directory.entries.values() for stop in entry.stops}
    kept |= {phrases.name for phrases in world.phrases.values()}
    for told in world.rules.texts.values():
        kept |= {told.short, *(source.title for source in told.sources)}
    return {fold(words) for words in kept if words}


def left_in_french(reply, french, kept):
    """What reads the same as in French and is no name."""
    ours, theirs = list(pieces(reply)), list(pieces(french))
    assert len(ours) == len(theirs)
    same = [
        MARKS.sub("", own) for own, their in zip(ours, theirs, strict=True) if MARKS.sub("", own) == their
    ]
    return [words for words in same if WORDS.search(words) and fold(words) not in kept]


def official_names(world):
    """The French names of rights, of kinds of office and of what they are made of."""
    told = world.rules.texts.values()
    kinds = world.directory.kinds.values()
    return {fold(words) for words in (*(each.name for each in told), *(kind.name for kind in kinds))}


def latin_words(reply):
    """Words in Latin letters: in a language of another script, names only."""
    return {fold(word) for piece in pieces(reply) for word in re.findall(r"[A-Za-zÀ-ÿ]{4,}", piece)}


@pytest.mark.slow
@pytest.mark.parametrize("language", IN_DANGER)
def test_from_hello_to_an_appointment(world, reader, language):
    chat, kept = Chat(world), names(world)
    official = {word for words in kept | official_names(world) for word in words.split()} | set(
        fold(PAPERS).split()
    )
    if language != "fr":
        act(chat, f"lang:{language}")
    partly = world.phrases[language].say("language.partly")
    seen = []
    for _ in walk(chat, reader):
        seen.append(Scene(chat.state, world).screen)
        assert chat.reply.language == language
        assert partly not in chat.text, seen[-1]
        if language in OTHERS:
            french = show(replace(chat.state, language="fr"), world)
            assert left_in_french(chat.reply, french, kept) == [], seen[-1]
        if language in ("ar", "uk"):
            assert latin_words(chat.reply) - official == set(), seen[-1]
        if language == "ar":
            assert not [piece for piece in pieces(chat.reply) if bidi.unbalanced(piece)]
            told = [piece for piece in pieces(chat.reply) if bidi.right_to_left(piece)]
            assert [part for piece in told for part in bidi.torn(piece)] == []
    assert {"topics", "question", "results", "right", "slots", "appointment", "remind"} <= set(seen), seen
    assert len(chat.state.appointments) == 1


@pytest.mark.parametrize("language", IN_DANGER)
def test_danger_is_answered_in_the_language_at_once(world, reader, language):
    chat = Chat(world)
    if language != "fr":
        act(chat, f"lang:{language}")
    act(chat, "go")
    write(chat, reader, IN_DANGER[language])
    urgent = chat.reply.notices[0]
    assert urgent.urgent
    said = " ".join(block.text for block in urgent.blocks)
    assert "3919" in said
    assert "17" in said
    if language in OTHERS:
        french = show(replace(chat.state, language="fr"), world)
        assert left_in_french(chat.reply, french, names(world) | {fold("France Victimes")}) == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_reminder_is_said_in_the_language(world, reader, language):
    chat = Chat(world)
    act(chat, f"lang:{language}")
    for _ in walk(chat, reader):
        pass
    reference = chat.state.appointments[0].reference
    for kind in ("reminder_day", "reminder_hours", "partner_cancelled", "partner_moved"):
        told = show(replace(chat.state, notes=()).noting(kind, reference), world)
        french = show(replace(chat.state, language="fr", notes=()).noting(kind, reference), world)
        assert left_in_french(told, french, names(world)) == []
        assert told.notices


@pytest.mark.parametrize("language", OTHERS)
def test_switching_keeps_the_place(world, reader, language):
    chat = Chat(world)
    act(chat, "go")
    act(chat, "t:1")
    act(chat, chat.reply.prompt.buttons[0].action)
    before = Scene(chat.state, world)
    act(chat, f"lang:{language}")
    after = Scene(chat.state, world)
    assert (after.screen, after.question, after.path.known) == (
        before.screen,
        before.question,
        before.path.known,
    )
    assert chat.reply.language == language
    act(chat, "lang:fr")
    assert chat.state.log == before.state.log


def lacking(world, language, key):
    """As if this sentence had no translation yet."""
    says = world.phrases[language]
    known = {french: said for french, said in says.translations.items() if french != says.templates[key]}
    return replace(world, phrases={**world.phrases, language: replace(says, translations=known)})


def test_a_missing_sentence_is_said_in_french_and_the_page_says_so_once(world):
    chat = Chat(lacking(world, "tr", "topics.ask"))
    act(chat, "lang:tr")
    remark = world.phrases["tr"].say("language.partly")
    assert remark not in chat.text
    act(chat, "go")
    assert "Qu'est-ce qui vous amène ?" in chat.text
    assert [block.text for block in chat.reply.prompt.blocks].count(remark) == 1
    act(chat, "t:0")
    assert remark not in chat.text


def test_easy_french_falls_back_without_a_remark(world):
    chat = Chat(lacking(world, "fr-x-falc", "topics.ask"))
    act(chat, "lang:fr-x-falc")
    act(chat, "go")
    assert "Qu'est-ce qui vous amène ?" in chat.text
    assert world.phrases["fr"].say("language.partly") not in chat.text


def test_easy_french_is_offered_and_understood_by_its_name(world, reader):
    chat = Chat(world)
    assert "Français facile" in [button.label for button in chat.every_button]
    write(chat, reader, "français facile")
    assert chat.reply.language == "fr-x-falc"


def test_the_words_of_a_turn_leave_no_trace_of_another(world):
    """What one page misses is not told on the next conversation's."""
    poor = lacking(world, "tr", "topics.ask")
    state = Chat(poor).state
    turn = step(replace(state, language="tr"), events.Asked("restart"), poor)
    again = show(turn.state, world)
    assert world.phrases["tr"].say("language.partly") not in [block.text for block in again.prompt.blocks]
