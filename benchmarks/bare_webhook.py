"""The peer on PostgreSQL: a bare python-telegram-bot handler, by webhook, that writes one row and answers.

As python-telegram-bot's own example of a custom webhook has it: an ASGI application, `Application.process_update`.

    python -m benchmarks.bare_webhook API TOKEN DATABASE PROCESSES PORT
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from typing import Any

import psycopg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.ext import Application, ContextTypes, TypeHandler

WRITE = "INSERT INTO said (chat, at) VALUES (%s, now())"


async def serve(api_url: str, token: str, database: str, listener: socket.socket) -> None:
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as rows:

        async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
            assert update.effective_chat
            if update.callback_query:
                await update.callback_query.answer()
            await rows.execute(WRITE, (update.effective_chat.id,))
            await context.bot.send_message(update.effective_chat.id, "Bien noté.")

        application: Any = Application.builder().token(token).base_url(f"{api_url}/bot").updater(None).build()
        application.add_handler(TypeHandler(Update, answer))

        async def taken(request: Request) -> Response:
            await application.process_update(Update.de_json(await request.json(), application.bot))
            return Response()

        app = Starlette(routes=[Route("/telegram", taken, methods=["POST"])])
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        async with application:
            await uvicorn.Server(config).serve(sockets=[listener])


def main(api_url: str, token: str, database: str, processes: str, port: str) -> None:
    logging.disable()
    with psycopg.connect(database, autocommit=True) as rows:
        rows.execute("CREATE TABLE said (chat BIGINT, at TIMESTAMPTZ)")
    listener = socket.create_server(("127.0.0.1", int(port)), backlog=512)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    children = []
    for _ in range(int(processes)):
        pid = os.fork()
        if not pid:
            asyncio.run(serve(api_url, token, database, listener))
            os._exit(0)
        children.append(pid)
    print("ready", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: [os.kill(pid, signal.SIGKILL) for pid in children] and None)
    for _ in children:
        os.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
