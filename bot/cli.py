"""The command lines (DESIGN.md §6). A command's module is imported when it is called, not before."""

from __future__ import annotations

import importlib
from typing import Final

import click

_COMMANDS: Final = {
    "bench": "bot.commands.bench:bench",
    "calendar": "bot.commands.calendar:calendar",
    "chat": "bot.commands.chat:chat",
    "demo": "bot.demo.__main__:main",
    "evaluate": "bot.commands.households:evaluate",
    "facts": "bot.commands.households:facts",
    "key": "bot.commands.keep:key",
    "locales": "bot.commands.locales:locales",
    "migrate": "bot.commands.keep:migrate",
    "privacy": "bot.commands.keep:privacy",
    "rules": "bot.commands.rules:rules",
    "serve": "bot.commands.serve:serve",
    "telegram": "bot.commands.telegram:telegram",
    "train": "bot.commands.train:train",
    "simulate": "bot.commands.households:simulate",
    "understand": "bot.commands.understand:understand",
}


class _Lazily(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.command(cls=_Lazily, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="clairdroit")
def main() -> None:
    """Clairdroit: which social rights a person probably has, and an appointment to claim them."""
