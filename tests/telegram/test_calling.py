"""How calls to the Bot API fail, as python-telegram-bot tells it."""

import asyncio

import pytest
from telegram.error import NetworkError, TimedOut

from bot.channels.telegram import client
from tests.botapi import TOKEN, BotApi
from tests.ports import free_port


@pytest.fixture
async def silent():
    """Somebody who listens and never answers."""

    async def nothing(_reader, writer):
        held.append(writer)

    held = []
    server = await asyncio.start_server(nothing, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for writer in held:
        writer.close()
    server.close()


async def test_nobody_there():
    bot = client(TOKEN, f"http://127.0.0.1:{free_port()}")
    with pytest.raises(NetworkError, match=r"^\w+$") as trouble:
        await bot.get_me()
    assert TOKEN not in str(trouble.value)
    await bot.request.shutdown()


async def test_no_answer_in_time(silent):
    bot = client(TOKEN, silent)
    with pytest.raises(TimedOut):
        await bot.get_me(read_timeout=0.05)
    await bot.request.shutdown()


async def test_opened_again_after_it_was_closed():
    async with BotApi() as api:
        bot = client(TOKEN, api.url)
        first = await bot.get_me()
        await bot.request.shutdown()
        assert await bot.get_me() == first
        await bot.request.shutdown()


async def test_by_the_proxy_of_the_environment(monkeypatch):
    asked = []

    async def proxy(reader, writer):
        asked.append((await reader.readline()).decode())
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\n{}")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(proxy, "127.0.0.1", 0)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    bot = client(TOKEN, "http://telegram.invalid")
    with pytest.raises(NetworkError):
        await bot.get_me()
    assert asked[0].startswith(f"POST http://telegram.invalid/bot{TOKEN}/getMe")
    await bot.request.shutdown()
    server.close()
