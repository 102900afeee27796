"""The peer: a bare python-telegram-bot handler that writes one row and answers. Run as a process of its own."""

from __future__ import annotations

import logging
import sqlite3
import sys
from typing import Any

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


def main(api_url: str, token: str, database: str) -> None:
    rows = sqlite3.connect(database, isolation_level=None)
    rows.execute("PRAGMA journal_mode = WAL")
    rows.execute("PRAGMA synchronous = NORMAL")
    rows.execute("CREATE TABLE said (chat INTEGER, at TEXT)")

    async def answer(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message
        rows.execute(
            "INSERT INTO said VALUES (?, ?)", (update.message.chat_id, update.message.date.isoformat())
        )
        await update.message.reply_text("Bien noté.")

    application: Any = Application.builder().token(token).base_url(f"{api_url}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, answer))
    application.run_polling()


if __name__ == "__main__":
    logging.disable()
    main(*sys.argv[1:])
