"""One module a family of commands; `bot.cli` imports them on use."""
