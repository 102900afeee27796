"""What Telegram is told of us: our commands, and where updates go."""

from __future__ import annotations

from typing import Final

from telegram import Bot, BotCommand
from telegram.error import InvalidToken

from bot.channels.telegram.reading import ALLOWED
from bot.channels.telegram.wording import Wording
from bot.conversation.writing import PRIVATE

AT_ONCE: Final = 100
"""Updates that Telegram may hand to the webhook at once: the most that it knows."""


class TokenRefusedError(Exception):
    """Telegram does not know the bot token (CLAIRDROIT_TELEGRAM_TOKEN)."""


async def introduce(bot: Bot, wording: Wording) -> None:
    """Ask Telegram who we are, and set the commands menu in each language, in French for whoever speaks none of
    them. Raises `TokenRefusedError`, TelegramError.
    """
    try:
        await bot.initialize()
    except InvalidToken:  # its message holds the token
        raise TokenRefusedError("CLAIRDROIT_TELEGRAM_TOKEN was refused by Telegram") from None
    for language, others in wording.others.items():
        if PRIVATE in language:
            continue  # easy French: who uses Telegram in French has the menu in French
        await bot.set_my_commands(_menu(others), language_code=language.partition("-")[0])
    await bot.set_my_commands(_menu(wording))


def _menu(wording: Wording) -> list[BotCommand]:
    return [BotCommand(command.name, command.in_short) for command in wording.commands]


async def set_webhook(bot: Bot, address: str, secret: str) -> int:
    """From now on Telegram delivers to this address, with this secret. How many updates wait; none is dropped."""
    await bot.set_webhook(
        address, allowed_updates=list(ALLOWED), max_connections=AT_ONCE, secret_token=secret
    )
    return (await bot.get_webhook_info()).pending_update_count
