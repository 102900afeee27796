"""The client of Rasa, before a server that answers well, late, wrongly and not at all."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from bot.understanding.breaker import Breaker
from bot.understanding.rasa import Rasa
from tests.rasa.conftest import TOPICS, http, parsed

CANARY = "canari-7f3a je dois 3 loyers"


async def test_topics_come_with_their_shares_the_likeliest_first(server, rasa):
    server.answer = lambda text: parsed(text, ("debt", 0.2), ("housing", 0.7), ("unknown_scope", 0.1))
    (opinion,) = await rasa.opinions("je dois 3 loyers")
    assert opinion.shares == [("housing", 0.7), ("debt", 0.2), ("unknown_scope", 0.1)]
    assert opinion.sure
    assert server.heard == [("/model/parse", {"text": "je dois 3 loyers"})]


async def test_what_rasa_doubts_is_doubted(server, rasa):
    server.answer = lambda text: parsed(text, ("housing", 0.4), ("debt", 0.3), doubtful=True)
    (opinion,) = await rasa.opinions("je dois 3 loyers")
    assert (opinion.shares, opinion.sure) == ([("housing", 0.4), ("debt", 0.3)], False)


@pytest.mark.parametrize("text", ["/housing loyer", " / / loyer", "\n/\u00a0/loyer", "//loyer"])
async def test_no_text_is_an_order_to_rasa(server, rasa, text):
    """Rasa takes "/name" for an intent, and writes what it cannot make out into its log."""
    await rasa.opinions(text)
    ((_, asked),) = server.heard
    assert asked["text"] == text.lstrip("/\n \u00a0")


NONSENSE = {
    "an empty answer": http(b""),
    "no JSON": http(b"<html>hello</html>"),
    "half of it": http(parsed("x", ("housing", 0.9)))[:-9],
    "a list": http([]),
    "null": http(None),
    "no ranking": http({"text": "x", "intent": {"name": "housing", "confidence": 1.0}}),
    "an empty ranking": http(parsed("x", ("housing", 0.9)) | {"intent_ranking": []}),
    "a ranking of words": http(parsed("x", ("housing", 0.9)) | {"intent_ranking": ["housing"]}),
    "only doubt": http(parsed("x", doubtful=True)),
    "somebody else's intents": http(parsed("x", ("greet", 0.9), ("housing", 0.1))),
    "a list for a name": http(parsed("x", (["housing"], 0.9))),
    "too sure": http(parsed("x", ("housing", 1.5))),
    "not a number": http(b'{"intent": {"name": "debt"}, "intent_ranking": [{"name": "debt", "confidence": NaN}]}'),
    "a word for a share": http(parsed("x", ("housing", "0.9"))),
    "a yes for a share": http(parsed("x", ("housing", True))),
    "its own failure": http({"status": "failure", "reason": "ParsingError"}, "500 Internal Server Error"),
    "no model": http({"status": "failure", "reason": "Conflict"}, "409 Conflict"),
    "a way elsewhere": http(b"", "307 Temporary Redirect", "location: http://192.0.2.1/model/parse"),
    "another protocol": b"220 mail.example.org ESMTP\r\n",
    "a hang-up": None,
}  # fmt: skip


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE.keys())
async def test_nonsense_is_no_opinion_and_its_text_goes_nowhere(server, rasa, answer, caplog):
    server.answer = lambda _: answer
    with caplog.at_level(logging.DEBUG, "bot"):
        for _ in range(3):
            assert await rasa.opinions(CANARY) == ()
    assert "topics are read here" in caplog.text
    assert "canari" not in caplog.text


@pytest.mark.parametrize("pause", [10.0, 0.02])
async def test_nobody_waits_longer_than_the_limit_not_even_for_an_answer_in_drops(server, pause):
    server.pause = pause
    async with Rasa(server.url, lambda: TOPICS, limit=0.2) as rasa:
        began = time.monotonic()
        assert await rasa.opinions(CANARY) == ()
        assert 0.15 < time.monotonic() - began < 4


async def test_a_closed_door_is_no_opinion(server):
    async with Rasa("http://127.0.0.1:1", lambda: TOPICS) as rasa:
        assert await rasa.opinions(CANARY) == ()


async def test_after_three_failures_nobody_is_asked_and_later_one_is(server):
    now = 0.0
    breaker = Breaker(rest=30, clock=lambda: now)
    good, server.answer = server.answer, lambda _: None
    async with Rasa(server.url, lambda: TOPICS, limit=2.0, breaker=breaker) as rasa:
        for _ in range(5):
            assert await rasa.opinions(CANARY) == ()
        assert len(server.heard) == 3
        server.answer, now = good, 31.0
        assert (await rasa.opinions(CANARY))[0].shares[0][0] == "housing"
        assert (await rasa.opinions(CANARY))[0].sure
        assert len(server.heard) == 5


async def test_while_it_hangs_only_those_who_came_early_wait(server):
    server.pause = 10
    async with Rasa(server.url, lambda: TOPICS, limit=0.5) as rasa:
        await asyncio.gather(*(rasa.opinions(CANARY) for _ in range(20)))
        began = time.monotonic()
        await asyncio.gather(*(rasa.opinions(CANARY) for _ in range(200)))
        assert time.monotonic() - began < 0.4, "they would have waited half a second"


async def test_the_proxy_of_the_environment_is_not_used(server, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
    async with Rasa(server.url, lambda: TOPICS, limit=2.0) as rasa:
        assert await rasa.opinions("loyer") != ()


async def test_several_texts_are_asked_at_once_and_count_as_one_failure(server, rasa):
    server.answer = lambda text: parsed(text, ("housing" if "loyer" in text else "energy", 0.99))
    opinions = await rasa.opinions("loyer et edf", "loyer", "edf")
    assert [opinion.shares[0][0] for opinion in opinions] == ["housing", "housing", "energy"]
    server.answer = lambda text: None if text == "edf" else parsed(text, ("housing", 0.9))
    assert await rasa.opinions("loyer et edf", "loyer", "edf") == ()
    assert not rasa.breaker.opened


async def test_a_log_names_what_failed(server, rasa, caplog):
    server.answer = lambda _: http(b"{}")
    for _ in range(3):
        await rasa.opinions(CANARY)
    assert "BadOpinionError" in caplog.text
