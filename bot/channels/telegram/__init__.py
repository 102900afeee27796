"""Telegram: private chats, by long polling or webhook, through python-telegram-bot's client and types."""

import logging
import os

from bot.channels.telegram.channel import Manner, Telegram, client
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.registering import TokenRefusedError, introduce, set_webhook
from bot.channels.telegram.webhook import Webhook
from bot.channels.telegram.wording import Wording, load_wording

__all__ = [
    "Manner",
    "Poller",
    "Telegram",
    "TokenRefusedError",
    "Webhook",
    "Wording",
    "client",
    "introduce",
    "load_wording",
    "set_webhook",
]

# python-telegram-bot then gives durations as timedelta instead of warning at each 429 (its own opt-in).
os.environ.setdefault("PTB_TIMEDELTA", "true")

# Addresses of the Bot API hold the token, and these two complain by quoting whole answers of Telegram.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)
for _name in ("telegram.Bot", "telegram.request"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)
