"""``clairdroit telegram``: how Telegram reaches us."""

from __future__ import annotations

import asyncio

import click

from bot.commands.telling import telling
from bot.failures import set_up_logs
from bot.settings import BadSetting, Settings


@click.group()
def telegram() -> None:
    """The bot on Telegram. Settings: CLAIRDROIT_TELEGRAM_*."""


@telegram.command("set-webhook")
def set_webhook() -> None:
    """Tell Telegram to deliver to CLAIRDROIT_TELEGRAM_WEBHOOK from now on; what waits there is kept."""
    with telling():
        settings = Settings.from_environment()
        set_up_logs(settings.log_level)
        _complete(settings)
        waiting = asyncio.run(_registered(settings))
        click.echo(f"Telegram delivers to {settings.telegram_webhook} ({waiting} waiting)")


def _complete(settings: Settings) -> None:
    if not settings.telegram_token:
        raise BadSetting("CLAIRDROIT_TELEGRAM_TOKEN", "is missing", "Ask @BotFather for one.")
    if not settings.telegram_webhook:
        remedy = "Give the public address that leads to /telegram here, such as https://example.org/telegram."
        raise BadSetting("CLAIRDROIT_TELEGRAM_WEBHOOK", "is missing", remedy)


async def _registered(settings: Settings) -> int:
    """How many updates wait there."""
    from bot.channels import telegram as channel  # noqa: PLC0415 - 20 MB
    from bot.serving import secrets  # noqa: PLC0415

    bot = channel.client(settings.telegram_token, settings.telegram_api_url)
    try:
        await channel.introduce(bot, channel.load_wording(settings.data / "content"))
        return await channel.set_webhook(bot, settings.telegram_webhook, secrets(settings)[0])
    finally:
        await bot.shutdown()
