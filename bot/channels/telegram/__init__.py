"""Telegram: private chats, by long polling, through python-telegram-bot's client and types."""

import logging
import os

from bot.channels.telegram.polling import Poller, TokenRefusedError
from bot.channels.telegram.wording import Wording, load_wording

__all__ = ["Poller", "TokenRefusedError", "Wording", "load_wording"]

# python-telegram-bot then gives durations as timedelta instead of warning at each 429 (its own opt-in).
os.environ.setdefault("PTB_TIMEDELTA", "true")

# Addresses of the Bot API hold the token, and these two complain by quoting whole answers of Telegram.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)
for _name in ("telegram.Bot", "telegram.request"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)
