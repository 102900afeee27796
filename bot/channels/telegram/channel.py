"""One bot on Telegram: what hands its updates in (polling or webhook) and what it is handed to share this."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from telegram import Bot, Update

from bot import metrics
from bot.channels.telegram.calling import Calls
from bot.channels.telegram.handling import Handler
from bot.channels.telegram.outbox import GAP, WAITS, Outbox
from bot.channels.telegram.pacing import Last, Pace, Unlimited
from bot.channels.telegram.wording import Wording
from bot.conversation.messages import Reply
from bot.dialogue import NotNow, Person, Talks
from bot.storage.lines import Line

TELEGRAM: Final = "https://api.telegram.org"


@dataclass(frozen=True, slots=True)
class Manner:
    """How calls are made. Tests are quicker."""

    pace: Pace = field(default_factory=Unlimited)
    waits: tuple[float, ...] = WAITS
    gap: float = GAP


def client(token: str, api_url: str = TELEGRAM) -> Bot:
    http = Calls()
    return Bot(token, base_url=f"{api_url}/bot", request=http, get_updates_request=http)


class Telegram:
    """The bot of this token. Fulfils `bot.dialogue.Sends`."""

    def __init__(
        self,
        talks: Talks,
        wording: Wording,
        token: str,
        api_url: str = TELEGRAM,
        manner: Manner | None = None,
    ) -> None:
        how = manner or Manner()
        self.bot = client(token, api_url)
        self.waits = how.waits
        self.wording = wording
        self._outbox = Outbox(self.bot, how.pace, how.waits, how.gap)
        self._handler = Handler(talks, self._outbox, wording)
        self._writes_first = Handler(talks, Outbox(self.bot, Last(how.pace), how.waits, how.gap), wording)

    async def handle(self, update: Update) -> None:
        """Everything that the update asks for. Raises `NotNow`: it must be delivered again."""
        with metrics.message("telegram", NotNow):
            await self._handler.handle(update)

    async def acknowledge(self, update: Update) -> None:
        """Stop the spinner of the button, where one was pressed."""
        await self._outbox.acknowledge(update.callback_query)

    async def send(self, person: Person, reply: Reply, line: Line) -> None:
        """As `bot.dialogue.Sends`: answers to others go before."""
        await self._writes_first.push(person, reply, line)

    async def close(self) -> None:
        await self.bot.request.shutdown()  # `Bot.shutdown` does nothing for one that only answers
