"""A Bot API server on loopback: real HTTP, the official limits, Telegram-shaped errors, and faults on request."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.botapi.chat import Chat
from tests.botapi.errors import NOT_FOUND, UNAUTHORIZED, ApiError, bad
from tests.botapi.methods import Methods, Params
from tests.botapi.world import Room, World

TOKEN = "424242:AAF-a-token-that-no-log-may-hold-0000"


class GarbledError(Exception):
    """An answer that is no JSON."""


@dataclass
class Fault:
    """The next `times` calls of `method` ("*": any) go wrong, after `hang` seconds: `error` or `garbled` is answered.

    `after`: what was asked is done all the same, only the answer is lost.
    """

    method: str
    error: ApiError | None = None
    hang: float = 0.0
    after: bool = False
    garbled: str = ""
    times: int = 1


class BotApi:
    """``async with BotApi() as api`` serves until the block ends; `api.url` goes where https://api.telegram.org
    would stand."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.world = World()
        self.methods = Methods(self.world)
        self.faults: list[Fault] = []
        self.chance: Callable[[str], Fault | None] = lambda _method: None  # for faults that strike at random
        self.calls: list[tuple[str, Params]] = []
        self.second_opinion: Callable[[str, Params], str] | None = (
            None  # what another description complains of
        )
        self.keep_calls = True  # not in long runs
        self.refused: list[ApiError] = []  # what a bot should not have sent; faults on request are not here
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )  # asyncio forgets it for given sockets
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        app = Starlette(routes=[Route("/bot{token}/{method}", self._call, methods=["GET", "POST"])])
        config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)

    async def __aenter__(self) -> Self:
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
            await asyncio.sleep(0.005)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.methods.closing = True
        await self.world.stir()
        self._server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await self._serving

    def chat(self, number: int = 100_001, kind: str = "private") -> Chat:
        """A person (or a group) that can write to the bot."""
        room = self.world.rooms.setdefault(number, Room(number, kind))
        return Chat(self.world, room)

    async def quiet(self) -> None:
        """Until the bot has confirmed every update."""
        async with self.world.stirred:
            await self.world.stirred.wait_for(lambda: not self.world.pending)

    def called(self, method: str) -> list[Params]:
        return [params for name, params in self.calls if name == method]

    async def _call(self, request: Request) -> Response:
        try:
            if request.path_params["token"] != self.token:
                raise UNAUTHORIZED if ":" in request.path_params["token"] else NOT_FOUND
            return JSONResponse({"ok": True, "result": await self._carry_out(request)})
        except ApiError as error:
            return JSONResponse(error.body(), error.code)
        except GarbledError as garbled:
            return Response(str(garbled), media_type="application/json")
        except ClientDisconnect:  # who called was killed meanwhile
            return Response(status_code=499)

    async def _carry_out(self, request: Request) -> Any:
        name, params = request.path_params["method"], await _params(request)
        if self.keep_calls:
            self.calls.append((name, params))
        if self.second_opinion and (wrong := self.second_opinion(name, params)):
            self.refused.append(bad(wrong))
        fault = self._fault(name)
        if fault and not fault.after:
            await self._fail(fault)
        result = await self._result(name, params)
        await self.world.stir()
        if fault:
            await self._fail(fault)
        return _plain(result)

    async def _result(self, name: str, params: Params) -> Any:
        try:
            return await self.methods.called(name)(params)
        except ApiError as error:
            if error.code in {400, 404}:
                self.refused.append(replace(error, reason=f"{name} {params}"))
            raise

    def _fault(self, method: str) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and fault.method in {"*", method}:
                fault.times -= 1
                return fault
        return self.chance(method)

    async def _fail(self, fault: Fault) -> None:
        await asyncio.sleep(fault.hang)
        if fault.garbled:
            raise GarbledError(fault.garbled)
        if fault.error:
            raise fault.error


async def _params(request: Request) -> Params:
    """Query string, form, multipart form or JSON: the Bot API takes all four."""
    params: Params = {name: _decoded(value) for name, value in request.query_params.items()}
    if request.headers.get("content-type", "").startswith("application/json"):
        return params | await request.json()
    async with request.form() as form:
        for name, value in form.multi_items():
            params[name] = (
                (value.filename, await value.read()) if isinstance(value, UploadFile) else _decoded(value)
            )
    return _attached(params)


def _decoded(value: str) -> Any:
    """Objects and lists travel as JSON inside forms; all else is text."""
    if value[:1] in {"{", "["}:
        with contextlib.suppress(ValueError):
            return json.loads(value)
    return value


def _attached(params: Params) -> Params:
    """``attach://name`` stands for the multipart file of that name."""
    return {
        name: params[value.removeprefix("attach://")] if str(value).startswith("attach://") else value
        for name, value in params.items()
    }


def _plain(result: Any) -> Any:
    """The result without what only the test's side may see."""
    if isinstance(result, dict):
        return {key: value for key, value in result.items() if key != "__content__"}
    return result
