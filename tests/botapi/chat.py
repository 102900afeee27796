"""The person's side: what they write, press and see."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from tests.botapi.world import BOT, Room, World

PATIENCE = 20.0
"""Seconds until a test gives up waiting for the bot."""

_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories",
)  # fmt: skip
_FURTHER: dict[str, dict[str, Any]] = {
    "kicked": {"until_date": 0},
    "administrator": dict.fromkeys(_RIGHTS, False),
}


@dataclass(frozen=True)
class Shown:
    """One message as it stands in the chat now."""

    id: int
    text: str
    rows: tuple[tuple[str, ...], ...]
    mine: bool
    file: bytes = b""
    file_name: str = ""

    @property
    def buttons(self) -> tuple[str, ...]:
        return tuple(label for row in self.rows for label in row)


class Chat:
    """`send`, `press` and the others return what the bot has newly written once it is done with them."""

    def __init__(self, world: World, room: Room) -> None:
        self._world = world
        self._room = room
        self.me = {"id": abs(room.id), "is_bot": False, "first_name": "Passant", "language_code": "fr"}
        self.id = room.id

    async def send(self, text: str, *, wait: bool = True) -> list[Shown]:
        return await self.send_message({"text": text}, wait=wait)

    async def send_message(self, content: dict[str, Any], *, wait: bool = True) -> list[Shown]:
        """Any kind of message: a sticker, a photo, …"""
        seen = self._last_id()
        message = self._world.message(self._room, self.me, content)
        return await self._deliver("message", message, seen, wait=wait)

    async def edit(self, text: str) -> list[Shown]:
        """Change one's own last message."""
        mine = [message for message in self._room.messages.values() if message["from"] == self.me]
        mine[-1].update(text=text, edit_date=mine[-1]["date"] + 1)
        return await self._deliver("edited_message", mine[-1], self._last_id())

    async def press(self, label: str, *, wait: bool = True) -> list[Shown]:
        """The newest button of this label."""
        for message in reversed(self._room.messages.values()):
            for button in _buttons(message):
                if button["text"] == label:
                    return await self.press_data(message["message_id"], button["callback_data"], wait=wait)
        raise AssertionError(f"no button {label!r} in: {self.sees()}")

    async def press_data(self, message: int, data: str, *, wait: bool = True) -> list[Shown]:
        """A press that comes late: the button may be gone by now."""
        seen = self._last_id()
        query = self._world.query(self.me, self._room.messages[message], data)
        return await self._deliver("callback_query", query, seen, wait=wait)

    async def block(self, *, telling: bool = True) -> None:
        """Block the bot; `telling`: Telegram also tells the bot so."""
        self._room.blocked = True
        if telling:
            await self.membership("kicked")

    async def membership(self, status: str) -> list[Shown]:
        """The bot becomes a member, is kicked, …"""
        member = {"user": BOT, "status": status} | _FURTHER.get(status, {})
        before = {"user": BOT, "status": "left"}
        change = {"chat": self._room.described(), "from": self.me, "date": 1_790_000_000}
        change |= {"old_chat_member": before, "new_chat_member": member}
        return await self._deliver("my_chat_member", change, self._last_id())

    @property
    def screen(self) -> list[Shown]:
        """Every message of the chat, as it stands now."""
        return [_shown(message) for message in self._room.messages.values()]

    @property
    def last(self) -> Shown:
        return self.screen[-1]

    @property
    def device(self) -> tuple[str, ...]:
        """What the keyboard in place of the person's own offers now."""
        return self._room.device

    @property
    def actions(self) -> list[str]:
        return self._room.actions

    @property
    def left(self) -> bool:
        return self._room.left

    def sees(self) -> str:
        """The whole chat as text, buttons in brackets."""
        return "\n".join(
            ("> " if shown.mine else "") + shown.text + "".join(f" [{label}]" for label in shown.buttons)
            for shown in self.screen
        )

    def _last_id(self) -> int:
        return max(self._room.messages, default=0)

    async def _deliver(
        self, kind: str, content: dict[str, Any], seen: int, *, wait: bool = True
    ) -> list[Shown]:
        update = self._world.update(kind, content)
        await self._world.stir()
        if wait:
            await self.until_done(update["update_id"])
        return [shown for shown in self.screen if shown.id > seen and not shown.mine]

    async def until_done(self, update_id: int) -> None:
        """The bot has told Telegram to forget the update: everything about it was sent."""
        async with self._world.stirred:
            done = self._world.stirred.wait_for(lambda: update_id not in self._world.pending)
            await asyncio.wait_for(done, PATIENCE)


def _buttons(message: dict[str, Any]) -> list[dict[str, str]]:
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


def _shown(message: dict[str, Any]) -> Shown:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return Shown(
        message["message_id"],
        message.get("text", ""),
        tuple(tuple(button["text"] for button in row) for row in rows),
        mine=not message["from"]["is_bot"],
        file=message.get("__content__", b""),
        file_name=message.get("document", {}).get("file_name", ""),
    )
