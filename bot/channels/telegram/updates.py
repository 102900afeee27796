"""Fetching updates one by one readable: a single broken one must not hold up the others.

`Bot.get_updates` reads a whole batch or none, and writes the batch into the log when it cannot.
"""

from __future__ import annotations

import json
import logging
from typing import Any, Final
from urllib.parse import urlencode

from telegram import Bot, Update

from bot.channels.telegram.reading import ALLOWED

MARGIN: Final = 10.0
"""Seconds beyond the long poll until a connection counts as dead."""
_log = logging.getLogger(__name__)


class Updates:
    """Raises TelegramError as the client does."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def fetch(self, offset: int | None, *, wait: int) -> list[Update]:
        """What Telegram still remembers, after it has forgotten all below the offset."""
        asked: dict[str, Any] = {"timeout": wait, "allowed_updates": json.dumps(ALLOWED)}
        asked |= {} if offset is None else {"offset": offset}
        address = f"{self._bot.base_url}/getUpdates?{urlencode(asked)}"
        raw: Any = await self._bot.request.post(address, read_timeout=wait + MARGIN)
        return [understood(update, self._bot) for update in raw]


def understood(raw: dict[str, Any], bot: Bot) -> Update:
    """The update; an empty one, which is confirmed and passed over, when it makes no sense."""
    try:
        return Update.de_json(raw, bot)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it must not come back for ever
        _log.warning("an update could not be read: %s", type(error).__name__)
        return Update(raw["update_id"])
