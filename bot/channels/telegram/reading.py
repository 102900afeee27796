"""What an update means to us: somebody talks, somebody blocked us, we were put into a group, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from telegram import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, Message, Update

from bot.channels.telegram.wording import Wording
from bot.dialogue import Incoming, Located, Media, Person, Press, Text

ALLOWED: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update that we ask for; Telegram keeps the rest."""
HERE: Final = "@here"
"""The action of the button, ours alone, by which somebody asks to share where they are."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Somebody wrote or pressed; `query` is the press, when it was one. `discard`: the message that is to
    disappear from the chat, for it says where somebody is.
    """

    person: Person
    incoming: Incoming
    query: CallbackQuery | None = None
    discard: int | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """Somebody wants to see the answers they gave."""

    person: Person


@dataclass(frozen=True, slots=True)
class Locate:
    """Somebody wants to share where they are instead of writing it."""

    person: Person


@dataclass(frozen=True, slots=True)
class Gone:
    """The person blocked the bot."""

    person: Person


@dataclass(frozen=True, slots=True)
class Crowd:
    """A group or a channel: we say so, where we may write, and leave."""

    chat: int
    may_write: bool


Meaning: TypeAlias = Talk | Review | Locate | Gone | Crowd | None


def chat_of(update: Update) -> int:
    """The chat whose order this update is part of (0: none)."""
    return update.effective_chat.id if update.effective_chat else 0


def read(update: Update, wording: Wording) -> Meaning:
    if update.my_chat_member:
        return _membership(update.my_chat_member)
    if update.callback_query:
        return _press(update.callback_query)
    message = update.message or update.edited_message
    return _message(message, edited=update.message is None, wording=wording) if message else None


def person_of(chat: Chat) -> Person:
    return Person("telegram", str(chat.id))


def _membership(change: ChatMemberUpdated) -> Meaning:
    left = change.new_chat_member.status in {ChatMember.BANNED, ChatMember.LEFT}
    if change.chat.type == Chat.PRIVATE:
        return Gone(person_of(change.chat)) if left else None
    return None if left else Crowd(change.chat.id, may_write=change.chat.type != Chat.CHANNEL)


def _press(query: CallbackQuery) -> Meaning:
    """A press under a message of a private chat; an inline one has no chat to answer in."""
    if query.message is None or query.message.chat.type != Chat.PRIVATE:
        return None
    prompt, _, action = (query.data or "").partition(":")
    if action == HERE:
        return Locate(person_of(query.message.chat))
    return Talk(person_of(query.message.chat), Press(prompt, action), query)


def _message(message: Message, *, edited: bool, wording: Wording) -> Meaning:
    if message.chat.type != Chat.PRIVATE:
        return Crowd(message.chat.id, may_write=True)
    if message.from_user and message.from_user.is_bot:
        return None
    person = person_of(message.chat)
    if message.text is not None and not edited:
        words = wording.meant(message.text)
        return Talk(person, Text(words)) if words or not message.text else Review(person)
    if message.location:
        return None if edited else _located(person, message)  # a position shared live is edited as they move
    incoming = _not_text(message, edited=edited)
    return Talk(person, incoming) if incoming else None


def _located(person: Person, message: Message) -> Meaning:
    where = message.location
    return Talk(person, Located(where.latitude, where.longitude), discard=message.id) if where else None


def _not_text(message: Message, *, edited: bool) -> Incoming | None:
    """Notes of Telegram's own (a message was pinned, a timer set) are no content: None."""
    return Media() if edited or message.effective_attachment is not None else None
