"""What Telegram remembers: chats, their messages, and the updates the bot has not confirmed."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.errors import BLOCKED, bad

BOT = {"id": 424242, "is_bot": True, "first_name": "Clairdroit", "username": "clairdroit_bot"}
USUAL = {
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "my_chat_member",
}


@dataclass(frozen=True)
class Heard:
    """What the bot showed, in the order in which it did."""

    at: float
    how: str  # "sent", "edited", or "unchanged": an edit to what stood there already
    text: str
    buttons: tuple[str, ...]  # their data

    @classmethod
    def of(cls, how: str, message: dict[str, Any]) -> Heard:
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = tuple(button["callback_data"] for row in rows for button in row)
        return cls(time.monotonic(), how, message.get("text", ""), buttons)


@dataclass
class Room:
    """One chat: its messages by id, as they stand now."""

    id: int
    type: str = "private"
    blocked: bool = False
    left: bool = False
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)
    device: tuple[str, ...] = ()  # what stands in place of the person's own keyboard
    heard: list[Heard] = field(default_factory=list)

    def described(self) -> dict[str, Any]:
        return {"id": self.id, "type": self.type} | (
            {"first_name": "Passant"} if self.type == "private" else {"title": "Un groupe"}
        )


@dataclass
class World:
    """`stirred` is notified whenever something happened that somebody may wait for."""

    rooms: dict[int, Room] = field(default_factory=dict)
    pending: dict[int, dict[str, Any]] = field(default_factory=dict)
    confirmed: int = 0  # every update below has been forgotten at the bot's wish
    open_queries: set[str] = field(default_factory=set)
    allowed: set[str] = field(default_factory=lambda: set(USUAL))
    menus: dict[str, list[dict[str, str]]] = field(default_factory=dict)  # by language; "": for all others
    webhook: str = ""
    secret: str = ""  # Telegram sends it with each delivery
    stirred: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        self._update_ids = itertools.count(730_000_001)
        self._message_ids = itertools.count(1)
        self._query_ids = itertools.count(9_000_000_000_000_000)

    async def stir(self) -> None:
        async with self.stirred:
            self.stirred.notify_all()

    def room(self, chat_id: object) -> Room:
        """The chat the bot wants to write to; the errors are Telegram's."""
        room = self.rooms.get(int(str(chat_id)))
        if room is None:
            raise bad("chat not found")
        if room.blocked:
            raise BLOCKED
        if room.left:
            raise bad("bot is not a member of the chat")
        return room

    def message(self, room: Room, sender: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
        """Write a message into a chat."""
        number = next(self._message_ids)
        message = {"message_id": number, "date": int(time.time()), "chat": room.described(), "from": sender}
        room.messages[number] = message | content
        if sender == BOT:
            room.heard.append(Heard.of("sent", room.messages[number]))
        return room.messages[number]

    def update(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """Something for the bot to fetch, if it asked for this kind."""
        update = {"update_id": next(self._update_ids), kind: content}
        if kind in self.allowed:
            self.pending[update["update_id"]] = update
        return update

    def query(self, sender: dict[str, Any], message: dict[str, Any], data: str) -> dict[str, Any]:
        """A press on an inline button."""
        number = str(next(self._query_ids))
        self.open_queries.add(number)
        return {"id": number, "from": sender, "message": message, "chat_instance": "-1", "data": data}

    def forget_below(self, offset: int) -> None:
        self.pending = {number: update for number, update in self.pending.items() if number >= offset}
        self.confirmed = max(self.confirmed, offset)
