"""What holds for every conversation, whatever happens to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import events
from bot.conversation.events import Asked, Chosen, InDanger, Number, Places, Pressed, Puzzled, Topics
from bot.conversation.ports import Appointment, Care, Earlier, Slot, Slots
from bot.conversation.state import Answered, State, begin, pack, unpack
from bot.conversation.world import World
from bot.eligibility.values import Interval
from tests.conversation.vocabulary import NOW, TODAY, Chat, Partner

COMMANDS = ["start", "restart", "back", "why", "dont_know", "decline", "human", "erase", "stop", "results", "book",
            "cancel", "reschedule", "late", "appointments", "language", "summary"]  # fmt: skip
ACTIONS = ["go", "more", "ok", "v", "x", "yes", "no", "later", "retry", "a:0", "a:1", "a:4", "r:0", "s:0", "o:1", "c:0",
           "t:3", "fix:0", "to:topics", "to:commune", "to:offices", "do:erase", "lang:fr", "", "a:99", "☺",
           "m", "late", "tell", "wait", "remind", "with", "topic", "day", "hours", "both", "on", "off", "keep", "ways", "w:phone",
           "w:nothing", "to:appointments", "do:reschedule", "do:late"]  # fmt: skip
CODES = ["89206", "75056", "89387", "00000", ""]
MADE = "AAAA-BBBB"
SLOT = Slot("caf-joigny", NOW + timedelta(days=2), NOW + timedelta(days=2, minutes=30))

said = st.one_of(
    st.integers(0, 20),  # the n-th button of the prompt at hand
    st.integers(0, 20),
    st.sampled_from(ACTIONS).map(Chosen),
    st.builds(Pressed, st.text(max_size=5), st.sampled_from(ACTIONS)),
    st.sampled_from(COMMANDS).map(Asked),
    st.builds(Asked, st.just("language"), st.sampled_from(["fr", "en", "xx"])),
    st.sampled_from(["NaN", "-Infinity", "Infinity", "1E+999999", "-0", "0.001", "1E-999999", "800.505"])
    .map(lambda value: Number(Decimal(value))),
    st.integers(-10, 20_000).map(lambda value: Number(Decimal(value))),
    st.lists(st.sampled_from(CODES), max_size=8).map(lambda codes: Places(tuple(codes))),
    st.lists(st.sampled_from(["income", "energy", "housing", "none", "all"]), max_size=3)
    .map(lambda names: Topics(tuple(names))),
    st.sampled_from(["AAAA-BBBB", "K7QM-1TXR", "FFFF-7777"]).map(events.Code),
    st.sampled_from(["crisis_violence", "crisis_shelter"]).map(InDanger),  # type: ignore[arg-type]
    st.sampled_from(["empty", "vague", "out_of_range", "not_understood", "whatever"]).map(Puzzled),  # type: ignore[arg-type]
    st.sampled_from([
        events.SlotsFound(Slots("nowhere", (), more=False)), events.SlotsFound(Slots("caf-joigny", (SLOT,), more=True)),
        events.SlotTaken(Slots("caf-joigny", (), more=False)), events.BookingFailed(),
        events.Booked(Appointment("AAAA-BBBB", SLOT, "rsa")), events.Booked(Appointment("CCCC-DDDD", SLOT, "gone")),
        events.Found(Appointment(MADE, SLOT, "", Care(kind="phone"))), events.Found(None), events.Told(MADE, late=True),
        events.Told(MADE, accompanied=True, topic="Logement"), events.NotTold(MADE), events.RemindersSet(MADE, ("day", "hours")),
        events.RemindersSet(MADE, ()), events.Waits(MADE, True), events.Waits(MADE, False), events.EarlierGone(MADE),
        events.Waits(MADE, True, Earlier(SLOT, NOW + timedelta(minutes=30))), events.Waits(MADE, True, Earlier(SLOT, NOW)),
        events.NowCancelled(MADE, True), events.NowMoved(MADE, NOW, NOW + timedelta(hours=1), False), events.Reminded(MADE, "day"),
        events.Reminded("?", "hours"),
        events.Cancelled("AAAA-BBBB"), events.CancelFailed("AAAA-BBBB"), events.CancelFailed("?"), events.Erased(),
    ]),
)  # fmt: skip
partners = st.builds(
    Partner, readable=st.booleans(), writable=st.booleans(), steal_next=st.booleans(),
    kinds=st.sampled_from([("desk",), ("desk", "phone"), ("home", "desk", "phone", "video")]),
)  # fmt: skip


Here = Callable[[], World]


@pytest.fixture(scope="session")
def here(world: World) -> Here:
    """The world behind a function: Hypothesis would print all of it beside a failure."""
    return lambda: world


def happen(chat: Chat, what: object) -> None:
    """An event, or the n-th button of the prompt at hand."""
    if isinstance(what, int):
        buttons = chat.every_button
        chat.happens(Pressed(chat.reply.prompt.id, buttons[what % len(buttons)].action))
    else:
        chat.happens(what)  # type: ignore[arg-type]


@settings(max_examples=80)
@given(happenings=st.lists(said, max_size=14), partner=partners)
def test_nothing_breaks_a_conversation(here: Here, happenings: list[object], partner: Partner) -> None:
    """`Chat` holds each reply against the laws of prompts and packs each state."""
    chat = Chat(here(), partner)
    for what in happenings:
        happen(chat, what)


@settings(max_examples=60)
@given(
    happenings=st.lists(said, max_size=14),
    partner=partners,
    hours=st.integers(0, 60),
    reachable=st.booleans(),
)
def test_nor_once_a_visit_is_booked_whatever_the_hour(
    here: Here, happenings: list[object], partner: Partner, hours: int, reachable: bool
) -> None:
    chat = Chat(replace(here(), reachable=reachable), partner)
    chat.happens(events.Booked(Appointment(MADE, SLOT, "")))
    chat.world = replace(chat.world, now=NOW + timedelta(hours=hours))
    for what in happenings:
        happen(chat, what)


@settings(max_examples=30)
@given(presses=st.lists(st.integers(0, 20), max_size=10), stale=st.sampled_from(ACTIONS))
def test_a_stale_button_changes_nothing(here: Here, presses: list[int], stale: str) -> None:
    chat = Chat(here())
    for press in presses:
        happen(chat, press)
    before = chat.state
    chat.happens(Pressed("0123456789ab", stale))
    assert (chat.state.log, chat.state.id) == (before.log, before.id)
    assert chat.reply.stale


@settings(max_examples=20)
@given(
    presses=st.lists(st.integers(0, 4), min_size=1, max_size=8),
    topic=st.sampled_from(["income", "housing", "all"]),
)
def test_back_after_an_answer_restores_the_very_same_prompt(
    here: Here, presses: list[int], topic: str
) -> None:
    chat = Chat(here())
    chat.happens(Topics((topic,)))
    for press in presses:
        before, prompt = chat.state, chat.reply.prompt
        happen(chat, press)
        if len(chat.state.log) == len(before.log) + 1 and isinstance(chat.state.log[-1], Answered):
            kept = chat.state
            chat.happens(Asked("back"))
            assert chat.reply.prompt == prompt
            happen(chat, press)
            assert chat.state == kept


@settings(max_examples=25)
@given(choices=st.lists(st.integers(0, 4), max_size=5), value=st.integers(0, 2_000_000))
def test_a_typed_number_is_kept_as_a_band_that_holds_it(here: Here, choices: list[int], value: int) -> None:
    chat = Chat(here())
    chat.happens(Topics(("all",)))
    for choice in choices:
        happen(chat, choice)
    fact = questions_fact(chat)
    if fact is None or fact.range is None:
        return
    units = min(value, fact.range.high) if fact.type == "amount" else value % (fact.range.high + 1)
    chat.happens(Number(Decimal(units) / fact.scale))
    last = chat.state.log[-1]
    assert isinstance(last, Answered)
    [(name, band)] = last.answers
    assert name == fact.name and isinstance(band, Interval) and band.low <= units <= band.high


def questions_fact(chat: Chat):
    from bot.conversation.scene import Scene  # noqa: PLC0415

    return Scene(chat.state, chat.world).asked


@given(st.binary(max_size=60))
def test_what_is_no_state_is_refused_as_such(data: bytes) -> None:
    try:
        unpack(data)
    except ValueError:
        return
    raise AssertionError("read as a state")


def test_a_state_is_small_and_survives(world: World) -> None:
    chat = Chat(world)
    chat.happens(Topics(("all",)))
    for _ in range(30):
        chat.say("a")
    packed = pack(chat.state)
    assert unpack(packed) == chat.state
    assert len(packed) < 4096


def test_the_log_does_not_grow_by_wandering(world: World) -> None:
    """Pages looked at again and again, visits begun again and again leave no trail."""
    chat = Chat(world)
    chat.happens(Topics(("income",)))
    sizes = []
    for _ in range(6):
        for wish in ("results", "summary", "results", "human", "language", "book"):
            chat.happens(Asked(wish))  # type: ignore[arg-type]
        sizes.append(len(chat.state.log))
    assert sizes[-1] == sizes[1]


def test_all_reachable_buttons_do_something(world: World) -> None:
    """Every button of every page that a person meets first leads somewhere else, or says something."""
    seen: set[str] = set()
    waiting: list[State] = [begin(TODAY)]
    pressed = 0
    while waiting and pressed < 400:
        state = waiting.pop(0)
        chat = Chat(world, state=state)
        for button in chain(chat.reply.prompt.buttons, chat.reply.prompt.standing, chat.reply.prompt.menu):
            there = Chat(world, state=state)
            there.happens(Pressed(state.id, button.action))
            pressed += 1
            assert "n'existe pas ici" not in there.text, button
            assert there.text != chat.text or there.state != state or there.erased, button
            page = there.prompt.splitlines()[0]
            if page not in seen:
                seen.add(page)
                waiting.append(there.state)
    assert len(seen) > 12
