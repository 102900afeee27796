"""The official limits of what a bot may send. A refusal here is a refusal in production."""

from __future__ import annotations

import re
from typing import Any

from tests.botapi.errors import bad
from tests.botapi.markup import read_html, units

TEXT = 4096  # sendMessage: "1-4096 characters after entities parsing"
CAPTION = 1024
CALLBACK_DATA = 64  # InlineKeyboardButton.callback_data: "1-64 bytes"
BUTTONS, BUTTONS_A_ROW = 100, 8
ENTITIES = 100  # further ones are silently dropped: we refuse, so that nobody is fooled
COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


def text(params: dict[str, Any], name: str = "text", limit: int = TEXT) -> dict[str, Any]:
    """``text`` and ``entities`` of the message, as Telegram would show it."""
    raw = str(params.get(name, ""))
    mode = params.get("parse_mode")
    if mode not in {None, "HTML"}:
        raise bad("unsupported parse_mode")
    plain, entities = read_html(raw) if mode else (raw, [])
    plain = plain.strip()
    if not plain and limit == TEXT:
        raise bad("message text is empty")
    if units(plain) > limit:
        raise bad("message is too long")
    if len(entities) > ENTITIES:
        raise bad(f"too many entities ({len(entities)}): Telegram would drop some")
    return {name: plain} | (
        {("entities" if name == "text" else "caption_entities"): entities} if entities else {}
    )


def keyboard(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """An inline keyboard that Telegram takes; None for none."""
    if not markup:
        return None
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or set(markup) != {"inline_keyboard"}:
        raise bad("object expected as reply markup")
    if sum(map(len, rows)) > BUTTONS or any(len(row) > BUTTONS_A_ROW for row in rows):
        raise bad("reply markup is too long")
    for button in (button for row in rows for button in row):
        _button(button)
    return markup if any(rows) else None


def keyboard_of_the_device(markup: dict[str, Any]) -> tuple[str, ...]:
    """The labels of a ReplyKeyboardMarkup; none for ReplyKeyboardRemove."""
    further = {
        "resize_keyboard",
        "one_time_keyboard",
        "is_persistent",
        "selective",
        "input_field_placeholder",
    }
    if (
        set(markup) - further - {"keyboard", "remove_keyboard"}
        or markup.get("remove_keyboard", True) is not True
    ):
        raise bad("object expected as reply markup")
    buttons = [button for row in markup.get("keyboard", []) for button in row]
    for button in buttons:
        if not str(button.get("text", "")).strip() or set(button) - {"text", "request_location"}:
            raise bad("keyboard button type unknown")
    return tuple(button["text"] for button in buttons)


def _button(button: dict[str, Any]) -> None:
    if not str(button.get("text", "")).strip():
        raise bad("text buttons must be non-empty")
    if set(button) - {"text", "url", "callback_data", "style"}:
        raise bad(f"inline keyboard button type unknown: {sorted(button)}")
    if ("url" in button) == ("callback_data" in button):
        raise bad("exactly one optional field of an inline keyboard button must be used")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= CALLBACK_DATA:
        raise bad("BUTTON_DATA_INVALID")


def commands(listed: list[dict[str, str]]) -> list[dict[str, str]]:
    if len(listed) > COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in listed:
        if not _COMMAND.fullmatch(command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return listed


def webhook(params: dict[str, Any]) -> None:
    """setWebhook: "Supports HTTPS URLs only", but for a Bot API server of one's own."""
    if not str(params["url"]).startswith(("https://", "http://127.0.0.1")):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", str(params.get("secret_token", ""))):
        raise bad("secret token contains unallowed characters")
    if not 1 <= int(params.get("max_connections", 40)) <= 100:
        raise bad("max_connections must be between 1 and 100")
