"""The methods of the Bot API that a bot like ours calls (https://core.telegram.org/bots/api#available-methods)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from tests.botapi import limits
from tests.botapi.errors import NOT_FOUND, OTHER_POLLER, WEBHOOK_ACTIVE, bad
from tests.botapi.world import BOT, Heard, World

Params = dict[str, Any]


class Methods:
    """Each takes the call's parameters and gives its `result`; raises ApiError."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._poll = 0
        self.closing = False
        self.twice = False  # deliver each update two times in one answer

    def called(self, name: str) -> Callable[[Params], Awaitable[Any]]:
        for method in vars(type(self)):
            if method.lower() == name.lower() and method[0] != "_" and method != "called":
                return getattr(self, method)
        raise NOT_FOUND

    # Names are the Bot API's.
    async def getMe(self, params: Params) -> Any:  # noqa: N802
        return BOT | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    async def getUpdates(self, params: Params) -> Any:  # noqa: N802
        world = self._world
        if world.webhook:
            raise WEBHOOK_ACTIVE
        if "allowed_updates" in params:
            world.allowed = set(params["allowed_updates"])
        if int(params.get("offset", 0)) > 0:
            world.forget_below(int(params["offset"]))
        self._poll += 1
        await world.stir()
        await self._updates_or(float(params.get("timeout", 0)), self._poll)
        batch = list(world.pending.values())[: min(int(params.get("limit", 100)), 100)]
        return batch + batch if self.twice else batch

    async def _updates_or(self, seconds: float, poll: int) -> None:
        """Wait for updates; another poll meanwhile ends this one, as Telegram does."""
        world = self._world
        async with world.stirred:
            ready = world.stirred.wait_for(lambda: world.pending or self.closing or poll != self._poll)
            try:
                await asyncio.wait_for(ready, seconds)
            except TimeoutError:
                return
        if poll != self._poll:
            raise OTHER_POLLER

    async def setMyCommands(self, params: Params) -> Any:  # noqa: N802
        language = params.get("language_code", "")
        if language and len(language) != 2:
            raise bad("invalid language code specified")
        self._world.menus[language] = limits.commands(params["commands"])
        return True

    async def setWebhook(self, params: Params) -> Any:  # noqa: N802
        limits.webhook(params)
        self._world.webhook = params["url"]
        self._world.secret = params.get("secret_token", "")
        if "allowed_updates" in params:
            self._world.allowed = set(params["allowed_updates"])
        return True

    async def deleteWebhook(self, params: Params) -> Any:  # noqa: N802
        self._world.webhook = ""
        return True

    async def getWebhookInfo(self, params: Params) -> Any:  # noqa: N802
        world = self._world
        return {
            "url": world.webhook,
            "has_custom_certificate": False,
            "pending_update_count": len(world.pending),
        }

    async def sendMessage(self, params: Params) -> Any:  # noqa: N802
        room = self._world.room(params["chat_id"])
        content = limits.text(params)
        markup = params.get("reply_markup")
        if markup and ("keyboard" in markup or "remove_keyboard" in markup):
            room.device, markup = limits.keyboard_of_the_device(markup), None
        markup = limits.keyboard(markup)
        return self._world.message(room, BOT, content | ({"reply_markup": markup} if markup else {}))

    async def sendDocument(self, params: Params) -> Any:  # noqa: N802
        room = self._world.room(params["chat_id"])
        name, content = params["document"]
        if not content:
            raise bad("file must be non-empty")
        document = {"file_id": "f1", "file_unique_id": "u1", "file_name": name, "file_size": len(content)}
        caption = limits.text(params, "caption", limits.CAPTION) if "caption" in params else {}
        message = self._world.message(room, BOT, {"document": document} | caption)
        message["__content__"] = content
        return message

    async def deleteMessage(self, params: Params) -> Any:  # noqa: N802
        """Bots can delete incoming messages in private chats, and their own."""
        room = self._world.room(params["chat_id"])
        if room.messages.pop(int(params["message_id"]), None) is None:
            raise bad("message to delete not found")
        return True

    async def sendChatAction(self, params: Params) -> Any:  # noqa: N802
        self._world.room(params["chat_id"]).actions.append(params["action"])
        return True

    async def editMessageText(self, params: Params) -> Any:  # noqa: N802
        return self._edit(params, limits.text(params))

    async def editMessageReplyMarkup(self, params: Params) -> Any:  # noqa: N802
        return self._edit(params, {})

    def _edit(self, params: Params, content: dict[str, Any]) -> Any:
        """An edit that leaves the keyboard out takes it away; one that changes nothing is refused."""
        room = self._world.room(params["chat_id"])
        before = room.messages.get(int(params["message_id"]))
        if before is None:
            raise bad("message to edit not found")
        if before["from"] != BOT:
            raise bad("message can't be edited")
        markup = limits.keyboard(params.get("reply_markup"))
        kept = {
            key: value for key, value in before.items() if key not in {"reply_markup", *content, "edit_date"}
        }
        after = kept | content | ({"reply_markup": markup} if markup else {})
        if after == {key: value for key, value in before.items() if key != "edit_date"}:
            room.heard.append(Heard.of("unchanged", after))
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly the same"
            )
        room.messages[before["message_id"]] = after | {"edit_date": before["date"] + 1}
        room.heard.append(Heard.of("edited", after))
        return room.messages[before["message_id"]]

    async def answerCallbackQuery(self, params: Params) -> Any:  # noqa: N802
        if params["callback_query_id"] not in self._world.open_queries:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self._world.open_queries.remove(params["callback_query_id"])
        return True

    async def leaveChat(self, params: Params) -> Any:  # noqa: N802
        self._world.room(params["chat_id"]).left = True
        return True
