"""A server on loopback that answers as Rasa's documented POST /model/parse does, and fails on demand."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

import pytest

from bot.understanding.rasa import Rasa

TOPICS = ("debt", "energy", "food", "health", "housing", "income")


def parsed(text, *ranking, doubtful=False):
    """The fields and the order that Rasa 3.6.21 answers with; what it doubts stands under its own name first."""
    named = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    if doubtful:
        named.insert(0, {"name": "nlu_fallback", "confidence": 0.7})
    return {
        "text": text,
        "intent": named[0],
        "entities": [],
        "text_tokens": [[0, len(text)]],
        "intent_ranking": named,
    }


def http(body, status="200 OK", *headers):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", "content-type: application/json", f"content-length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def housing(asked):
    return parsed(asked, ("housing", 0.9), ("debt", 0.06), ("unknown_scope", 0.04))


class Server:
    """`answer` makes what goes back of the text that was asked: an object, or bytes as they are. `pause`: seconds
    before each byte. None closes the connection without a word.
    """

    def __init__(self):
        self.answer = housing
        self.pause = 0.0
        self.heard = []

    @asynccontextmanager
    async def running(self):
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            self.url = f"http://127.0.0.1:{self.port}"
            yield self
            server.close()
            for task in self._tasks():
                task.cancel()

    def _tasks(self):
        return [task for task in asyncio.all_tasks() if task.get_coro().__qualname__ == "Server._serve"]

    async def _serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                asked = json.loads(await reader.readexactly(length))
                self.heard.append((head.split(b" ", 2)[1].decode(), asked))
                answer = self.answer(asked["text"])
                if answer is None:
                    break
                await self._send(writer, answer if isinstance(answer, bytes) else http(answer))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _send(self, writer, answer):
        if not self.pause:
            writer.write(answer)
        else:
            for byte in answer:
                await asyncio.sleep(self.pause)
                writer.write(bytes([byte]))
        await writer.drain()


@pytest.fixture
async def server():
    async with Server().running() as server:
        yield server


@pytest.fixture
async def rasa(server):
    async with Rasa(server.url, lambda: TOPICS, limit=2.0) as rasa:
        yield rasa
