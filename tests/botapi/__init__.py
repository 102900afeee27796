"""A Bot API server for tests, written from the official description (https://core.telegram.org/bots/api)."""

from tests.botapi.chat import Chat, Shown
from tests.botapi.errors import BLOCKED, BROKEN, ApiError, too_many
from tests.botapi.server import TOKEN, BotApi, Fault

__all__ = ["BLOCKED", "BROKEN", "TOKEN", "ApiError", "BotApi", "Chat", "Fault", "Shown", "too_many"]
